//! The owner's home, the advisor's round, reports.
