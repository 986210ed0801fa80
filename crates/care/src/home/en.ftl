home-title = Home
home-as-of = As of { $date }
home-standing = Current state
home-tasks = { $n ->
    [0] To do this month
   *[other] To do this month ({ $n })
  }
home-tasks-none = There is nothing for you to do right now.
home-tasks-ours = We are dealing with it. If there is something for you to do, it will show here and you will hear from us.
home-tasks-unknown = Once records come in, things to do will show here.
home-task-note = About { $minutes } min, by { $due }
home-why = Why is this needed?
home-why-more = See the records behind it
home-how = How to do it
home-done = Done
home-help = Please help me
home-help-body = Please help me with “{ $task }”.
home-answered-done = Being checked
home-answered-help = We will help
home-answered-done-long = Thank you. This disappears once it is seen to be put right.
home-answered-help-long = Your advisor will help. Please wait for an answer.
home-seen = What was seen this month
home-report = Open the report of { $month }
home-ask = Ask us

act-todo-answer = answered a thing to do
