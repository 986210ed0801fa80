sample-title = Company
sample-name = Name
sample-hint = { $n ->
    [one] One character
   *[other] Up to { $n } characters
}
sample-people = People
sample-save = Save
