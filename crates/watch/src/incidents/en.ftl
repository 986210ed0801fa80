# Queue
incidents-queue = Queue
incidents-queue-caption = Cases that are not finished
incidents-as-of = As of { $time }
incidents-whose = Filter by assignee
incidents-whose-all = All
incidents-whose-unassigned = Unassigned
incidents-whose-mine = Mine
incidents-new = { $n ->
    [one] Show { $n } new case
   *[other] Show { $n } new cases
}
incidents-queue-empty = Nothing is waiting
incidents-queue-empty-text = New cases appear here.
incidents-take = Take
incidents-take-over = Take over
incidents-nobody = Nobody

# Cases
incidents-title = Incidents
incidents-caption = All cases
incidents-number = Case { $number }
incidents-due = Time left
incidents-due-at = Due
incidents-severity = Severity
incidents-client = Client
incidents-what = What
incidents-state = Stage
incidents-opened = Found
incidents-assignee = Assignee
incidents-host = Machine
incidents-kind = Kind
incidents-first = First record
incidents-last = Last record
incidents-counts = Counts
incidents-counts-value = Alerts { $alerts }, events { $events }
incidents-alerts-count = { $n ->
    [one] { $n } alert
   *[other] { $n } alerts
}
incidents-unknown = unknown
incidents-do = What you do
incidents-none = Nothing that needs a response was found
incidents-none-text = What comes in is checked automatically.
incidents-no-data = Nothing has come in yet
incidents-no-data-text = Without records nobody can tell whether there is danger.
incidents-todo-nothing = There is nothing to do.
incidents-todo-answer = Please answer your advisor's question.
incidents-todo-wait = Our staff is dealing with it. Please wait for our call.

incidents-severity-critical = Critical
incidents-severity-high = High
incidents-severity-medium = Medium
incidents-severity-low = Low
incidents-level = Level
incidents-level-critical = Critical
incidents-level-high = High
incidents-level-medium = Medium
incidents-level-low = Low
incidents-level-informational = Informational

incidents-state-observed = New
incidents-state-triaged = Investigating
incidents-state-declared = Responding
incidents-state-contained = Contained
incidents-state-eradicated = Cause removed
incidents-state-recovered = Recovered
incidents-state-closed = Closed
incidents-function-detect = Detect
incidents-function-respond = Respond
incidents-function-recover = Recover
incidents-function-identify = Identify

incidents-tactic-reconnaissance = Scouting before an attack
incidents-tactic-resource-development = Preparing an attack
incidents-tactic-initial-access = An attempt to break in
incidents-tactic-execution = A suspicious program ran
incidents-tactic-persistence = An attempt to stay
incidents-tactic-privilege-escalation = An attempt to gain administrator rights
incidents-tactic-defense-evasion = An attempt to slip past protection
incidents-tactic-credential-access = An attempt to steal passwords
incidents-tactic-discovery = Looking around inside the company
incidents-tactic-lateral-movement = Spreading to other machines
incidents-tactic-collection = Gathering data
incidents-tactic-command-and-control = Talking to a suspicious outside party
incidents-tactic-exfiltration = Taking data out
incidents-tactic-impact = Damaging data
incidents-tactic-silence = No records arrive
incidents-tactic-other = Unusual behaviour

# The page of a case
incidents-what-we-know = What we know
incidents-next = Next
incidents-move-to = Next stage
incidents-move = Move on
incidents-move-observed = Back to new
incidents-move-triaged = Start to investigate
incidents-move-declared = Respond as an incident
incidents-move-contained = Contained
incidents-move-eradicated = Cause removed
incidents-move-recovered = Recovered
incidents-move-closed = Close
incidents-reason = Reason
incidents-reason-hint = When closing, write what to learn from it.
incidents-verdict = Verdict
incidents-verdict-hint = Only when closing.
incidents-verdict-none = Not yet
incidents-verdict-real = It was a real attack or fault
incidents-verdict-harmless = It was harmless
incidents-verdict-false_positive = The rule was wrong
incidents-lesson = What to learn
incidents-lesson-none = None
incidents-pause-open = Stop the clock
incidents-pause-why = Why it stands still (the client sees this)
incidents-pause = Stop
incidents-resume = Start the clock
incidents-note = Note
incidents-note-add = Add the note
incidents-alerts = Alerts
incidents-alert = Alert
incidents-key = Clue
incidents-events = Events
incidents-story = Timeline
incidents-who = Who
incidents-when = When
incidents-where = From where
incidents-with = With what
incidents-did = Did what
incidents-how = How
incidents-tool-web = Web
incidents-tool-api = API
incidents-tool-cli = Command line
incidents-tool-job = Automatic
incidents-tool-ingest = Ingest
incidents-act-opened = Opened the case ({ $severity })
incidents-act-raised = Raised the severity ({ $severity })
incidents-act-taken = Took it
incidents-act-moved = Moved it on ({ $state })
incidents-act-paused = Stopped the clock
incidents-act-resumed = Started the clock
incidents-act-noted = Added a note
incidents-act-returned = Records arrive again
incidents-conflict = Somebody else changed this first
incidents-conflict-text = Your change is not saved. Look at the present state, and act again if needed.
incidents-conflict-line = { $when } { $who }: { $what }

# For the client
incidents-plain-observed = We noticed something and are checking it.
incidents-plain-triaged = Our staff is looking into it.
incidents-plain-declared = It needs a response, and our staff is dealing with it.
incidents-plain-contained = It spreads no further. We are looking for the cause.
incidents-plain-eradicated = The cause is removed. We are putting things back in order.
incidents-plain-recovered = Everything works again. We are making a last check.
incidents-plain-closed = This case is finished.
incidents-plain-host = Machine: { $host } (first record { $when })
incidents-plain-answer = Our staff is waiting for your answer.
incidents-plain-leave = If you can, do not use { $host }, but leave it switched on.
incidents-plain-silence = Please check power and cables of { $host }.
incidents-plain-call = If it is urgent or unclear, please call us: { $phone } ({ $hours })
incidents-plain-outcome = Outcome
incidents-plain-verdict-real = There was a real problem. It has been dealt with.
incidents-plain-verdict-harmless = It was harmless.
incidents-plain-verdict-false_positive = We checked it, and there was no problem.
incidents-plain-story = What has been done
incidents-plain-opened = We noticed something
incidents-plain-paused = We began to wait for your answer
incidents-plain-resumed = We went on with the response
incidents-plain-returned = Records arrive again
incidents-plain-moved-triaged = Our staff began to look into it
incidents-plain-moved-declared = We decided that it needs a response
incidents-plain-moved-contained = We stopped it from spreading
incidents-plain-moved-eradicated = We removed the cause
incidents-plain-moved-recovered = We made everything work again
incidents-plain-moved-closed = We finished the response

# Record and report
incidents-panel-open = { $n ->
    [one] { $n } case is open.
   *[other] { $n } cases are open.
}
incidents-panel-none = No case is open.
incidents-panel-no-data = Nothing comes in, so nothing can be checked.
incidents-panel-fact-open = Open
incidents-panel-fact-waiting = Unassigned
incidents-report-title = What was found and done
incidents-report-no-data = Nothing came in, so nothing could be checked.
incidents-report-none = We checked what came in. { $alerts } records were noticed, and none needed a response.
incidents-report-some = Out of { $alerts } noticed records, { $n } became cases.
incidents-report-caption = Cases of this month
incidents-report-when = Date
incidents-report-host = Machine
incidents-report-what = What
incidents-report-state = Stage
incidents-report-do = What you do
incidents-report-deed = { $what } on { $host }: checked and finished.

# Signs
sign-incident-open = { $tactic ->
    [reconnaissance] Scouting before an attack
    [initial-access] An attempt to break in
    [execution] A suspicious program
    [persistence] An attempt to stay
    [privilege-escalation] An attempt to gain administrator rights
    [defense-evasion] An attempt to slip past protection
    [credential-access] An attempt to steal passwords
    [discovery] Looking around inside the company
    [lateral-movement] Spreading to other machines
    [collection] Gathering of data
    [command-and-control] Talk with a suspicious outside party
    [exfiltration] Taking out of data
    [impact] Damage to data
   *[other] Unusual behaviour
} was seen on { $host ->
    [none] the company's network
   *[other] { $host }
}; our staff is checking it.
sign-incident-open-todo = Answer your advisor's question
sign-incident-open-howto =
    Open the page of the incident and read the question.
    Answer as well as you can, by telephone or on the consultation page.
sign-incident-open-short = Incident

act-incident-take = took an incident
act-incident-move = moved an incident on
act-incident-pause = stopped the clock of an incident
act-incident-resume = started the clock of an incident
act-incident-note = noted something about an incident
