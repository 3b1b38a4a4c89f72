//! What a row of a batch costs, from the reader's data to the bytes of the file: user and system time
//! of all threads, so that what else the machine does counts little.
//!
//!     cargo run --release --example rows -- [ROWS] [THREADS]
#![allow(clippy::print_stdout, clippy::unwrap_used)]

#[path = "../support/readers.rs"]
mod readers;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use readers::{Desk, reader};

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|argument| argument.parse::<usize>().unwrap());
    let rows = arguments.next().unwrap_or(2000);
    let threads = arguments.next().unwrap_or(1);
    let desk = Desk::new();
    let press = desk.press(&mut desk.compositor());
    let (next, bytes) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (start, before) = (Instant::now(), processor_seconds());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut compositor = desk.compositor();
                loop {
                    let row = next.fetch_add(1, Ordering::Relaxed);
                    if row >= rows {
                        break;
                    }
                    let leaflet = press
                        .print(&reader(row), &mut compositor)
                        .unwrap_or_else(|_| panic!());
                    bytes.fetch_add(leaflet.bytes.len(), Ordering::Relaxed);
                }
            });
        }
    });
    let (wall, processor) = (start.elapsed().as_secs_f64(), processor_seconds() - before);
    println!(
        "{rows} rows on {threads} threads: {} bytes a row",
        bytes.into_inner() / rows
    );
    println!(
        "processor: {:.3} ms a row",
        processor * 1000.0 / rows as f64
    );
    println!("wall: {:.0} rows a second", rows as f64 / wall);
}

/// User and system time of this process, from Linux's `/proc/self/stat` in ticks of 10 ms.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or("")
        .split_whitespace()
        .collect();
    let ticks = |place: usize| {
        fields
            .get(place)
            .and_then(|field| field.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    (ticks(11) + ticks(12)) / 100.0
}
