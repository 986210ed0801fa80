//! Ascending lists of numbers as differences of one to five bytes. A fleet's lists need half the memory so.

/// Seven bits a byte, the highest bit says that another follows.
pub(super) fn push(bytes: &mut Vec<u8>, mut difference: u32) {
    while difference >= 0x80 {
        bytes.push((difference & 0x7F) as u8 | 0x80);
        difference >>= 7;
    }
    bytes.push(difference as u8);
}

/// Packs a sorted list.
pub(super) fn pack(sorted: &[u32]) -> Box<[u8]> {
    let mut bytes = Vec::with_capacity(sorted.len() * 2);
    let mut last = 0;
    for value in sorted {
        push(&mut bytes, value - last);
        last = *value;
    }
    bytes.into_boxed_slice()
}

/// The list again.
pub(super) fn unpack(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    let mut rest = bytes.iter();
    let mut last = 0_u32;
    std::iter::from_fn(move || {
        let (mut difference, mut shift) = (0_u32, 0);
        loop {
            let byte = *rest.next()?;
            difference |= u32::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                last += difference;
                return Some(last);
            }
            shift += 7;
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_packed_list_is_the_list(mut list in prop::collection::vec(any::<u32>(), 0..50)) {
            list.sort_unstable();
            prop_assert_eq!(unpack(&pack(&list)).collect::<Vec<_>>(), list);
        }
    }
}
