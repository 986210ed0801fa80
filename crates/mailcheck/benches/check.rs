//! Time for one mail. Run with `cargo bench -p kakari-mailcheck`.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kakari_mailcheck::{Knowledge, check};

const ROUNDS: usize = 15;

/// The best and the median of some rounds: on a busy machine the best is nearest to the cost itself.
fn measure(name: &str, mail: &[u8], out: &mut impl std::io::Write) {
    let knowledge = Knowledge::default();
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            black_box(check(black_box(mail), &knowledge)).ok();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    let (best, median) = (times[0], times[ROUNDS / 2]);
    writeln!(out, "{name:<44} {:>9} bytes  best {best:>10.2?}  median {median:>10.2?}", mail.len()).ok();
}

/// An ordinary text with a link in every paragraph, in both languages.
fn text_mail(bytes: usize) -> String {
    let mut mail = String::from(
        "From: Shop <news@shop.example>\nTo: <a@client.example>\nSubject: News\nContent-Type: text/html; charset=utf-8\n\n<html><body>",
    );
    let mut number = 0;
    while mail.len() < bytes {
        number += 1;
        write!(mail, "<p>いつもお世話になっております。今月のご案内です。 Please have a look at our offers of this week.</p><a href=\"https://shop{number}.example/item/{number}\">詳しく見る</a>").unwrap_or_default();
    }
    mail
}

fn with_file(name: &str, content: &[u8]) -> String {
    let mut mail = String::from(
        "From: a@b.example\nSubject: file\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nPlease see the file.\n--x\n",
    );
    write!(
        mail,
        "Content-Type: application/octet-stream; name={name}\nContent-Transfer-Encoding: base64\n\n"
    )
    .unwrap_or_default();
    for line in STANDARD.encode(content).as_bytes().chunks(76) {
        mail.push_str(std::str::from_utf8(line).unwrap_or_default());
        mail.push('\n');
    }
    mail.push_str("--x--\n");
    mail
}

/// Bytes without order from a fixed rule.
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[0]
    })
    .take(bytes)
    .collect()
}

fn zip_of(content: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("report.txt", zip::write::SimpleFileOptions::default()).ok();
    writer.write_all(content).ok();
    writer.finish().map(std::io::Cursor::into_inner).unwrap_or_default()
}

fn photograph(width: u32, height: u32) -> Vec<u8> {
    let pixels = noise(width as usize * height as usize);
    let picture = image::GrayImage::from_raw(width, height, pixels).unwrap_or_default();
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).ok();
    png.into_inner()
}

fn main() {
    let out = &mut std::io::stdout().lock();
    const MB: usize = 1 << 20;
    measure("100 KB of text with links", text_mail(100_000).as_bytes(), out);
    measure("10 MB of unknown bytes", with_file("a.bin", &noise(10 * MB)).as_bytes(), out);
    measure("10 MB of zip", with_file("a.zip", &zip_of(&noise(10 * MB))).as_bytes(), out);
    let pdf = [
        &b"%PDF-1.4\n1 0 obj\n<</Length 10485760>>\nstream\n"[..],
        &noise(10 * MB),
        b"\nendstream\nendobj\n",
    ]
    .concat();
    measure("10 MB of PDF", with_file("a.pdf", &pdf).as_bytes(), out);
    measure("a picture of 12 megapixels", with_file("a.png", &photograph(4_000, 3_000)).as_bytes(), out);
    measure(
        "10,000 parts",
        format!(
            "From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n{}",
            "--x\n\na\n".repeat(10_000)
        )
        .as_bytes(),
        out,
    );
}
