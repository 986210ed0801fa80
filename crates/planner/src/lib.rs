//! Engine: risk in yen, and the care plan under a budget.
