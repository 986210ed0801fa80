//! Any bytes: the reader refuses or understands them, and what it understands can be planned and told.
#![no_main]

use kakari_planner::answer::work_out;
use kakari_planner::input::{Override, read};
use kakari_planner::plan::Effort;
use kakari_planner::words::{Language, page};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(mut task) = read(bytes, Override::default()) {
        task.years = task.years.min(10);
        task.worlds = task.worlds.min(2);
        if let Ok(worked) = work_out(&task, false, &Effort::nodes(50)) {
            assert!(!page(&worked, Language::Japanese).is_empty());
        }
    }
});
