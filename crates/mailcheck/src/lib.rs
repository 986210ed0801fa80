//! Engine: a mail to a verdict with its reasons.
