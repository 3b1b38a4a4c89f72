//! Wall time of the program's work, without the start of a process and without a disk:
//!
//!     cargo bench
//!
//! `tests/bench/process.sh` and `tests/bench/batch.sh` measure what people meet.
#![allow(missing_docs)]

#[path = "../support/readers.rs"]
mod readers;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use handout::leaflet;
use handout::resolve::JobData;

use readers::{Desk, reader};

fn leaflets(criterion: &mut Criterion) {
    let desk = Desk::new();
    let mut group = criterion.benchmark_group("inflammation-link");
    group.bench_function("alone, nothing known yet", |bencher| {
        bencher.iter(|| {
            black_box(leaflet::make(
                &desk.order(),
                &JobData::new(),
                &mut desk.compositor(),
            ))
        });
    });
    let mut compositor = desk.compositor();
    let press = desk.press(&mut compositor);
    let mut row = 0;
    group.bench_function("a row of a batch", |bencher| {
        bencher.iter(|| {
            row += 1;
            black_box(press.print(&reader(row), &mut compositor))
        });
    });
    group.finish();
}

criterion_group!(benches, leaflets);
criterion_main!(benches);
