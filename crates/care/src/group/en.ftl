group-title = Companies of the group
group-as-of = { $n } companies as of { $date }
group-companies = { $n ->
    [one] { $n } company
   *[other] { $n } companies
  }
group-table = Companies of the group, the worst first
group-company = Company
group-grade = State
group-reason = Reason
group-no-reason = Nothing of concern
group-open = Open signs
group-report = Monthly reports
group-none = The group has no companies yet.
