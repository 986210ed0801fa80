//! The bounds on what one mail may cost. Mails are written by strangers; every loop ends at one of these.

/// A mail larger than this is refused: 50 MB of attachments in base64 fit.
pub const MAIL_BYTES: usize = 100 << 20;
/// Parts read in one mail, over all its levels.
pub(crate) const PARTS: usize = 10_000;
/// Levels of multiparts inside each other.
pub(crate) const MULTIPART_DEPTH: usize = 20;
/// Attached mails inside attached mails.
pub(crate) const MAIL_DEPTH: usize = 5;
/// Header bytes read per mail; real ones have up to about 30 KB.
pub(crate) const HEADER_BYTES: usize = 256 << 10;
/// Header bytes read per part.
pub(crate) const PART_HEADER_BYTES: usize = 16 << 10;
/// Bytes of text read, over all text parts.
pub(crate) const TEXT_BYTES: usize = 2 << 20;
/// Characters of text in which wording is looked for.
pub(crate) const WORDING_CHARS: usize = 200_000;
/// Links judged in one mail.
pub(crate) const LINKS: usize = 2_000;
/// Attachments looked into, counting those inside archives.
pub(crate) const FILES: usize = 2_000;
/// Archives inside archives.
pub(crate) const ARCHIVE_DEPTH: usize = 3;
/// Bytes unpacked from all archives of one mail.
pub(crate) const UNPACKED_BYTES: usize = 64 << 20;
/// Bytes unpacked from one file.
pub(crate) const UNPACKED_FILE_BYTES: usize = 16 << 20;
/// An entry that grows by more than this is called a bomb. Deflate ends near 1,030; real text stays under 100.
pub(crate) const RATIO: u64 = 200;
/// Below this size no ratio is called a bomb.
pub(crate) const BOMB_FROM_BYTES: u64 = 4 << 20;
/// Pixels decoded from all pictures of one mail in search of codes.
pub(crate) const PIXELS: u64 = 48_000_000;
/// Pixels of one picture.
pub(crate) const PICTURE_PIXELS: u64 = 24_000_000;
/// The longer side to which a picture is reduced before codes are looked for.
pub(crate) const QR_SIDE: u32 = 1_600;
/// Streams read in one PDF.
pub(crate) const PDF_STREAMS: usize = 4_000;

/// What is left of the bounds that are shared by all parts of one mail.
#[derive(Debug)]
pub(crate) struct Budget {
    pub(crate) parts: usize,
    pub(crate) files: usize,
    pub(crate) unpacked_bytes: usize,
    pub(crate) pixels: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { parts: PARTS, files: FILES, unpacked_bytes: UNPACKED_BYTES, pixels: PIXELS }
    }
}

impl Budget {
    /// Takes one part; false when none is left.
    pub(crate) fn take_part(&mut self) -> bool {
        let left = self.parts > 0;
        self.parts = self.parts.saturating_sub(1);
        left
    }

    /// Takes one file; false when none is left.
    pub(crate) fn take_file(&mut self) -> bool {
        let left = self.files > 0;
        self.files = self.files.saturating_sub(1);
        left
    }

    /// How much one more file may be unpacked to.
    pub(crate) fn unpackable(&self) -> usize {
        self.unpacked_bytes.min(UNPACKED_FILE_BYTES)
    }

    pub(crate) fn unpacked(&mut self, bytes: usize) {
        self.unpacked_bytes = self.unpacked_bytes.saturating_sub(bytes);
    }

    /// Takes the pixels of one picture; false when it is too large or none are left.
    pub(crate) fn take_pixels(&mut self, width: u32, height: u32) -> bool {
        let wanted = u64::from(width) * u64::from(height);
        if wanted == 0 || wanted > PICTURE_PIXELS || wanted > self.pixels {
            return false;
        }
        self.pixels -= wanted;
        true
    }
}
