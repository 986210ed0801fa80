//! How bad: CVSS vectors and the words that feeds without vectors use.

use std::str::FromStr;

use serde::Serialize;

/// A severity as a feed states it, with the score it comes to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Severity {
    pub level: Level,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vector: Option<String>,
}

/// The five words of CVSS v3 (FIRST, qualitative severity rating scale).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    None,
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    /// The base score of a CVSS vector of version 2, 3 or 4; `None` for anything else.
    pub fn from_vector(vector: &str) -> Option<Self> {
        let vector = vector.trim().trim_start_matches('(').trim_end_matches(')');
        let score = cvss::Cvss::from_str(vector).ok()?.score();
        Some(Self { level: Level::of_score(score), score: Some(score), vector: Some(vector.to_owned()) })
    }

    /// A word of a distribution or of Microsoft.
    pub fn from_word(word: &str) -> Option<Self> {
        let level = match word.trim().to_ascii_lowercase().as_str() {
            "none" | "unimportant" | "informational" => Level::None,
            "low" | "negligible" | "minor" => Level::Low,
            "medium" | "moderate" => Level::Medium,
            "high" | "important" => Level::High,
            "critical" | "urgent" => Level::Critical,
            _ => return None,
        };
        Some(Self { level, score: None, vector: None })
    }
}

impl Level {
    pub fn of_score(score: f64) -> Self {
        match score {
            score if score >= 9.0 => Self::Critical,
            score if score >= 7.0 => Self::High,
            score if score >= 4.0 => Self::Medium,
            score if score > 0.0 => Self::Low,
            _ => Self::None,
        }
    }
}

/// The severity to show of several: the newest CVSS version wins, then the higher score.
pub(crate) fn best(severities: &[Severity]) -> Option<&Severity> {
    let version = |severity: &Severity| match severity.vector.as_deref() {
        Some(vector) if vector.starts_with("CVSS:4") => 3,
        Some(vector) if vector.starts_with("CVSS:3") => 2,
        Some(_) => 1,
        None => 0,
    };
    severities.iter().max_by(|left, right| {
        let scores = left.score.unwrap_or_default().total_cmp(&right.score.unwrap_or_default());
        version(left).cmp(&version(right)).then(scores).then(left.level.cmp(&right.level))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_every_version() {
        for (vector, score) in [
            ("AV:N/AC:L/Au:N/C:C/I:C/A:C", 10.0),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
            ("CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 8.4),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3),
        ] {
            assert_eq!(Severity::from_vector(vector).unwrap().score, Some(score), "{vector}");
        }
        assert_eq!(Severity::from_vector("nonsense"), None);
    }
}
