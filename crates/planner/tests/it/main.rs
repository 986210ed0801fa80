//! What must hold of the planner as a whole.

mod plans;
mod sample;
mod simulation;
