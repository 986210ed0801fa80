//! Windows' event log files, read chunk by chunk. Each event becomes its JSON rendering.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::Arc;

use evtx::{EvtxChunkData, ParserSettings};

use super::{Record, Trouble};

/// The file's own header.
const HEADER_BYTES: u64 = 4096;

/// A chunk, the unit that Windows writes and checks.
const CHUNK_BYTES: u64 = 65_536;

/// Events of an EVTX file. A damaged chunk costs its own events and is named by its offset.
pub(super) struct Events<R> {
    reader: R,
    settings: Arc<ParserSettings>,
    ready: VecDeque<Record>,
    offset: u64,
    position: u64,
    ended: bool,
}

impl<R: Read> Events<R> {
    pub(super) fn new(reader: R) -> Self {
        let settings = Arc::new(ParserSettings::new().num_threads(1).indent(false));
        Events { reader, settings, ready: VecDeque::new(), offset: 0, position: 0, ended: false }
    }

    /// Reads `length` bytes, fewer at the end of the file.
    fn read(&mut self, length: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        if let Err(error) = self.reader.by_ref().take(length).read_to_end(&mut bytes) {
            self.damaged(self.offset, format!("reading failed: {error}"));
            self.ended = true;
        }
        bytes
    }

    fn damaged(&mut self, offset: u64, reason: String) {
        let trouble = Trouble::Damaged { what: "EVTX", offset, reason };
        self.ready.push_back(Record::trouble(self.position + 1, trouble));
    }

    fn next_chunk(&mut self) {
        if self.offset == 0 {
            let header = self.read(HEADER_BYTES);
            self.offset = HEADER_BYTES;
            if (header.len() as u64) < HEADER_BYTES {
                self.damaged(header.len() as u64, "cut inside the file's header".to_owned());
                self.ended = true;
                return;
            }
        }
        let start = self.offset;
        let mut chunk = self.read(CHUNK_BYTES);
        self.offset += chunk.len() as u64;
        if chunk.is_empty() {
            self.ended = true;
            return;
        }
        let cut = (chunk.len() as u64) < CHUNK_BYTES;
        chunk.resize(CHUNK_BYTES as usize, 0);
        // Windows grows files by whole chunks and leaves them zero until they are used.
        if chunk.iter().any(|byte| *byte != 0) {
            self.read_chunk(chunk, start);
        }
        if cut {
            self.damaged(self.offset, "cut inside a chunk".to_owned());
            self.ended = true;
        }
    }

    fn read_chunk(&mut self, chunk: Vec<u8>, start: u64) {
        let mut data = match EvtxChunkData::new(chunk, false) {
            Ok(data) => data,
            Err(error) => return self.damaged(start, error.to_string()),
        };
        let mut events: Vec<Result<String, String>> = Vec::new();
        let parsed = data.parse(Arc::clone(&self.settings)).map(|mut chunk| {
            events.extend(chunk.iter().map(|record| {
                let record = record.map_err(|error| error.to_string())?;
                let id = record.event_record_id;
                record
                    .into_json()
                    .map(|rendered| rendered.data)
                    .map_err(|error| format!("event {id}: {error}"))
            }));
        });
        if let Err(error) = parsed {
            self.damaged(start, error.to_string());
        }
        for event in events {
            match event {
                Ok(text) => {
                    self.position += 1;
                    self.ready.push_back(Record::new(text.into_bytes(), self.position));
                }
                Err(reason) => self.damaged(start, reason),
            }
        }
    }
}

impl<R: Read> Iterator for Events<R> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        while self.ready.is_empty() && !self.ended {
            self.next_chunk();
        }
        self.ready.pop_front()
    }
}
