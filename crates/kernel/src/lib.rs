//! Ids, scope, actor, clock, rng, money, periods, error kinds and the ports. No IO.
