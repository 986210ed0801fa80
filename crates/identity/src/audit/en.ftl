audit-title = Audit
audit-verify = Check that nothing was changed
audit-export = Export
audit-whole = All entries are linked. Nothing was changed.
audit-broken = There is a fault in the chain
audit-head = The newest entry is number { $seq }.
audit-client = Client
audit-person = Name
audit-act = Kind of act
audit-any-act = Every act
audit-from-day = From
audit-to-day = To
audit-find = Filter
audit-total = { $n ->
    [one] One entry
   *[other] { $n } entries
}
audit-when = When
audit-what = What
audit-way = How
audit-proof = Proof
audit-unknown = Unknown
audit-nothing = No entry matches
audit-tool-web = Screen
audit-tool-api = API
audit-tool-cli = Command line
audit-tool-job = Automatic
audit-tool-ingest = Received
act-audit-export = Exported the audit chain
