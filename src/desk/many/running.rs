//! The run that is under way, on a thread of its own. It stops when a person says so, and when the program ends.

use std::collections::{BTreeSet, HashMap};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::super::printer_words;
use super::super::private_disk::PrivateDisk;
use super::super::sources::Loaded;
use super::check::{findings_of, settings};
use super::known::Known;
use super::list::{List, Order, Output};
use super::problems::Problems;
use super::runs::{KeptProblem, Run, RunResult, Totals};
use super::stopped_leaflets::StoppedLeaflets;
use crate::batch::{
    self, BundleSettings, End, ListPlan, Observer, PrintSettings, RowReport, RowStatus, Settings,
    StartMode, Summary,
};
use crate::finding::{Finding, Severity};
use crate::font::Faces;
use crate::leaflet::LeafletRequest;
use crate::library::PrinterFile;
use crate::log::Log;
use crate::pdf::Sides;
use crate::printer::{self, Printer};
use crate::theme::Paper;
use crate::thread_stack;

/// Time for which the list of a stopped run is kept.
const KEPT: Duration = Duration::from_secs(3600);

/// The run that is under way.
pub(super) struct Running {
    /// Name in addresses.
    pub(super) id: String,
    pub(super) name: String,
    /// Rows of the list.
    pub(super) rows: u32,
    pub(super) left_out: u32,
    pub(super) output: Output,
    pub(super) expected: Totals,
    /// Seconds since 1970.
    pub(super) started: i64,
    begun: Instant,
    stop: AtomicBool,
    counts: Mutex<RunCounts>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// Counts of a run.
#[derive(Clone, Copy, Default)]
pub(super) struct RunCounts {
    /// The last row that is done.
    pub(super) row: u32,
    /// Leaflets, those of earlier tries included.
    pub(super) leaflets: u32,
    /// Leaflets of this try.
    pub(super) made: u32,
    pub(super) failed: u32,
    /// Pages of this try.
    pub(super) pages: u64,
}

/// What is needed to begin a run.
pub(super) struct Beginning {
    pub(super) run: Run,
    pub(super) list: Arc<List>,
    pub(super) loaded: Arc<Loaded>,
    pub(super) known: Known,
    /// The plan with all decisions but those of `run.json`.
    pub(super) plan: ListPlan,
    pub(super) start: StartMode,
    /// Where leaflets are recorded.
    pub(super) log: Option<Arc<Log>>,
}

/// Runs of this program: the one under way, and those that were stopped.
#[derive(Default)]
pub(super) struct Runs {
    running: Mutex<Option<Arc<Running>>>,
    stopped: Mutex<HashMap<String, Stopped>>,
}

/// A run that was stopped. Its list is kept for an hour.
struct Stopped {
    since: Instant,
    list: Arc<List>,
    /// Why the run could not go on.
    fault: Option<Vec<Finding>>,
}

impl Running {
    pub(super) fn counts(&self) -> RunCounts {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Returns how long the rest takes; `None` in the first three seconds.
    pub(super) fn time_left(&self) -> Option<Duration> {
        let elapsed = self.begun.elapsed();
        let counts = self.counts();
        if elapsed < Duration::from_secs(3) || counts.made == 0 {
            return None;
        }
        let left = self.expected.leaflets.saturating_sub(counts.leaflets);
        Some(elapsed.mul_f64(f64::from(left) / f64::from(counts.made)))
    }
}

impl Runs {
    fn running(&self) -> MutexGuard<'_, Option<Arc<Running>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopped(&self) -> MutexGuard<'_, HashMap<String, Stopped>> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the run that is under way.
    pub(super) fn current(&self) -> Option<Arc<Running>> {
        self.running().as_ref().map(Arc::clone)
    }

    /// Returns the list of a stopped run.
    pub(super) fn list_of(&self, id: &str) -> Option<Arc<List>> {
        self.stopped()
            .get(id)
            .map(|stopped| Arc::clone(&stopped.list))
    }

    /// Returns why a run could not go on.
    pub(super) fn fault_of(&self, id: &str) -> Option<Vec<Finding>> {
        self.stopped().get(id)?.fault.clone()
    }

    /// Forgets what is known of a run.
    pub(super) fn forget(&self, id: &str) {
        self.stopped().remove(id);
    }

    /// Forgets the lists of runs that were stopped long ago.
    pub(super) fn forget_old(&self) {
        self.stopped()
            .retain(|_, stopped| stopped.since.elapsed() < KEPT);
    }

    /// Stops the run, and waits until what is in hand is written.
    pub(super) fn end(&self) {
        let Some(running) = self.current() else {
            return;
        };
        running.stop();
        let thread = running
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            // A panic was caught on the thread.
            let _ = thread.join();
        }
    }

    /// Begins a run. Gives its beginning back if another run is under way.
    pub(super) fn begin(self: &Arc<Runs>, beginning: Beginning) -> Result<(), Box<Beginning>> {
        let mut current = self.running();
        if current.is_some() {
            return Err(Box::new(beginning));
        }
        let file = &beginning.run.file;
        let running = Arc::new(Running {
            id: file.id.clone(),
            name: file.order.name.clone(),
            rows: file.rows,
            left_out: file.left_out(),
            output: file.order.output,
            expected: file.expected,
            started: jiff::Timestamp::now().as_second(),
            begun: Instant::now(),
            stop: AtomicBool::new(false),
            counts: Mutex::default(),
            thread: Mutex::default(),
        });
        self.stopped().remove(&running.id);
        *current = Some(Arc::clone(&running));
        drop(current);
        let (runs, this) = (Arc::clone(self), Arc::clone(&running));
        let list = Arc::clone(&beginning.list);
        let kept_list = Arc::clone(&list);
        let thread = thread_stack::builder().spawn(move || {
            let make = || make(beginning, &this);
            let ended = catch_unwind(AssertUnwindSafe(make));
            let ended = ended.unwrap_or_else(|_| Err(vec![fault("see the message above")]));
            runs.ended(&this.id, list, ended);
        });
        match thread {
            Ok(thread) => {
                *running
                    .thread
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner) = Some(thread);
            }
            Err(error) => self.ended(&running.id, kept_list, Err(vec![fault(&error.to_string())])),
        }
        Ok(())
    }

    fn ended(&self, id: &str, list: Arc<List>, ended: Result<End, Vec<Finding>>) {
        let fault = match ended {
            Ok(End::Finished) => None,
            Ok(End::Interrupted | End::TooManyErrors) => Some(None),
            Err(findings) => Some(Some(findings)),
        };
        if let Some(fault) = fault {
            let since = Instant::now();
            let stopped = Stopped { since, list, fault };
            self.stopped().insert(id.to_owned(), stopped);
        }
        *self.running() = None;
    }
}

fn fault(message: &str) -> Finding {
    Finding::error(
        "program-fault",
        format!("the run could not go on: {message}"),
    )
}

/// Makes the leaflets of a run, and writes how it ended.
fn make(beginning: Beginning, running: &Running) -> Result<End, Vec<Finding>> {
    let Beginning {
        mut run,
        list,
        loaded,
        known,
        plan,
        start,
        log,
    } = beginning;
    let order = run.file.order.clone();
    let decisions = run.file.decisions(&known.roles());
    let mut left_out = decisions.left_out.clone();
    left_out.extend(run.file.made_before());
    let plan = Arc::new(ListPlan {
        left_out,
        copies: (order.copies > 1).then_some(order.copies),
        ..plan
    });
    let sides = match order.both_sides {
        true => Sides::Two,
        false => Sides::One,
    };
    let faces = Faces::bundled();
    let stopped = StoppedLeaflets::new(&known);
    let stops = |request: &LeafletRequest<'_>| stopped.stops(request);
    let printer = match order.output {
        Output::Printer => Some(connected(&order, &loaded)?),
        Output::Bundle | Output::Files => None,
    };
    let job_on = printer
        .as_ref()
        .map(|(file, _)| move |paper: Paper| file.job(paper, 1));
    let printing = match (&printer, &job_on) {
        (Some((file, printer)), Some(job_on)) => Some(PrintSettings {
            printer,
            job: file.job(Paper::A4, order.copies),
            job_on: Some(job_on),
            // A person looks at the printer, and prints what is missing.
            resend_uncertain: false,
            keeps_files: false,
        }),
        _ => None,
    };
    let settings = Settings {
        stops: Some(&stops),
        printing,
        folder: Some(run.folder.clone()),
        bundle: (order.output == Output::Bundle).then(|| BundleSettings {
            path: run.bundle(),
            sides,
            separator: order.separator(),
            max_sheets: None,
            marks: false,
        }),
        sides,
        start,
        log: log.as_deref(),
        ..settings(&loaded, &faces, plan, &decisions, &list)?
    };
    let expected: BTreeSet<u32> = run
        .file
        .problems
        .iter()
        .flat_map(KeptProblem::rows)
        .collect();
    let mut progress = Progress {
        running,
        known: &known,
        expected,
        unexpected: Problems::default(),
    };
    let jobs = Box::new(Cursor::new(list.bytes.clone()));
    let summary = batch::run(settings, jobs, &PrivateDisk, &running.stop, &mut progress);
    let summary = summary.map_err(findings_of)?;
    if summary.end != End::Finished {
        return Ok(summary.end);
    }
    for problem in progress.unexpected.into_lines() {
        let column = problem
            .column
            .as_deref()
            .map_or(String::new(), |name| known.column_label(name));
        run.file
            .problems
            .push(KeptProblem::new(&problem.rows, column, problem.why));
    }
    finish(run, running, &summary).map(|()| End::Finished)
}

/// Connects with the printer of a run.
fn connected<'l>(
    order: &Order,
    loaded: &'l Loaded,
) -> Result<(&'l PrinterFile, Printer), Vec<Finding>> {
    let no_print = |words: String| vec![Finding::error("print-refused", words)];
    let Some(file) = order.printer(&loaded.clinic) else {
        let message = format!("your clinic has no printer “{}” any more", order.printer);
        return Err(no_print(message));
    };
    let address = file.address.0.parse();
    let printer = address.and_then(|address| Printer::connect(&address, printer::DEFAULT_WAIT));
    let printer =
        printer.map_err(|error| no_print(printer_words::failure(&error, file.name.trim())))?;
    Ok((file, printer))
}

/// Leaves the file for the printer alone, where that is what was wanted, and writes the result.
fn finish(mut run: Run, running: &Running, summary: &Summary) -> Result<(), Vec<Finding>> {
    let leaflets = summary.made + summary.skipped;
    let kept = batch::kept_run(&run.folder)
        .map_err(findings_of)?
        .unwrap_or_default();
    let expected = run.file.expected;
    let separators = run
        .file
        .order
        .separator()
        .map_or(0, |every| leaflets.div_ceil(every).into());
    let totals = match leaflets == expected.leaflets {
        true => expected,
        // Files have changed since the list was checked.
        false => Totals {
            leaflets,
            pages: kept.pages,
            sheets: summary.sheets,
            separators,
        },
    };
    if run.file.order.output == Output::Bundle {
        batch::delete_leaflets(&run.folder, &PrivateDisk).map_err(findings_of)?;
    }
    run.file.result = Some(RunResult {
        seconds: running.begun.elapsed().as_secs(),
        totals,
    });
    run.save()
        .map_err(|error| vec![fault(&format!("`{}`: {error}", run.folder.display()))])
}

/// Receives the rows of a run.
struct Progress<'a> {
    running: &'a Running,
    known: &'a Known,
    /// Rows whose faults are known.
    expected: BTreeSet<u32>,
    unexpected: Problems,
}

impl Observer for Progress<'_> {
    fn note(&mut self, _: &str) {}

    fn findings(&mut self, _: &[Finding]) {}

    fn row(&mut self, report: &RowReport) {
        let mut counts = self
            .running
            .counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        counts.row = report.row;
        match report.status {
            RowStatus::Failed | RowStatus::Uncertain => counts.failed += 1,
            RowStatus::Skipped => counts.leaflets += 1,
            RowStatus::Made | RowStatus::Checked => {
                counts.leaflets += 1;
                counts.made += 1;
            }
        }
        if let Some(record) = &report.record {
            let copies = u64::from(record.copies.unwrap_or(1));
            counts.pages += u64::from(record.pages.unwrap_or(0)) * copies;
        }
        drop(counts);
        let is_without = matches!(report.status, RowStatus::Failed | RowStatus::Uncertain);
        if is_without && !self.expected.contains(&report.row) {
            let errors = report
                .findings
                .iter()
                .filter(|finding| finding.severity == Severity::Error);
            for finding in errors {
                self.unexpected
                    .add(report.row, finding, None, None, self.known);
            }
        }
    }

    fn tick(&mut self) {}
}
