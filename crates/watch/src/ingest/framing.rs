//! Cutting bytes into records: lines, and frames that may hold line ends.

use std::io::Write as _;

use kakari_normalize::limits::MAX_RECORD_BYTES;

/// A record cut out of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut<'a> {
    pub(super) bytes: &'a [u8],
    /// It belongs to a longer record, of which each piece is kept.
    pub(super) is_piece: bool,
}

/// The lines of a text without their ends; empty ones are passed over. A line longer than
/// [`MAX_RECORD_BYTES`] comes in pieces.
pub(super) fn lines(content: &[u8]) -> impl Iterator<Item = Cut<'_>> {
    content.split(|byte| *byte == b'\n').flat_map(|line| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let is_piece = line.len() > MAX_RECORD_BYTES;
        line.chunks(MAX_RECORD_BYTES).map(move |bytes| Cut { bytes, is_piece })
    })
}

/// Appends a frame: `LENGTH SP BYTES`, with a `+` behind the length of a piece.
pub(super) fn push_frame(content: &mut Vec<u8>, record: &[u8], is_piece: bool) {
    let mark = if is_piece { "+" } else { "" };
    // Writing into memory cannot fail.
    let _written = write!(content, "{}{mark} ", record.len()).is_ok();
    content.extend_from_slice(record);
}

/// The frames of a batch. Bytes that are no frame, which the spool never holds, end it as one last record.
pub(super) fn frames(content: &[u8]) -> impl Iterator<Item = Cut<'_>> {
    let mut rest = content;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (cut, after) = first_frame(rest).unwrap_or((Cut { bytes: rest, is_piece: false }, &[]));
        rest = after;
        Some(cut)
    })
}

fn first_frame(content: &[u8]) -> Option<(Cut<'_>, &[u8])> {
    let space = content.iter().take(20).position(|byte| *byte == b' ')?;
    let (head, rest) = content.split_at_checked(space)?;
    let (digits, is_piece) = head.strip_suffix(b"+").map_or((head, false), |digits| (digits, true));
    let length: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let (bytes, after) = rest.get(1..)?.split_at_checked(length)?;
    Some((Cut { bytes, is_piece }, after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_over_the_bound_comes_in_marked_pieces_and_loses_no_byte() {
        let mut content = b"short\r\n\n".to_vec();
        content.extend(vec![b'x'; MAX_RECORD_BYTES + 1]);
        let cuts: Vec<_> = lines(&content).collect();
        assert_eq!(cuts.iter().map(|cut| cut.bytes.len()).collect::<Vec<_>>(), [5, MAX_RECORD_BYTES, 1]);
        assert_eq!(cuts.iter().map(|cut| cut.is_piece).collect::<Vec<_>>(), [false, true, true]);
    }

    proptest! {
        #[test]
        fn frames_come_back_as_they_went_in(records in prop::collection::vec((prop::collection::vec(any::<u8>(), 1..50), any::<bool>()), 0..20)) {
            let mut content = Vec::new();
            for (record, is_piece) in &records {
                push_frame(&mut content, record, *is_piece);
            }
            let back: Vec<_> = frames(&content).map(|cut| (cut.bytes.to_vec(), cut.is_piece)).collect();
            prop_assert_eq!(back, records);
        }

        #[test]
        fn any_bytes_are_cut_without_a_panic_and_to_an_end(content in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(frames(&content).count() <= content.len());
            prop_assert!(lines(&content).count() <= content.len());
        }
    }
}
