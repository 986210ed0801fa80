//! Organisations, people, sign-in, tenancy, the record, the audit view.
