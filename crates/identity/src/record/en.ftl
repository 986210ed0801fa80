record-title = Client record
record-company = My company
record-signs = Signs
record-sign = What it is
record-weight = Weight
record-since = Since
record-points = Points
record-no-signs = There are no open signs.
record-open = Open { $title }
record-facts = Details
record-staff = { $n ->
    [one] One person
   *[other] { $n } people
}
record-contacts = Contacts
record-no-contacts = Nobody is registered.
record-edit = Change
record-relations = Group and suppliers
record-people = People
record-tokens = API tokens
record-audit = Audit
