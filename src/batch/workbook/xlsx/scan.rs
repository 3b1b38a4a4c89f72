//! Reads from the XML of a workbook what calamine does not give: hidden rows and columns, and text of which a
//! part is struck out, raised or lowered.

use std::collections::BTreeMap;
use std::io::{BufReader, Cursor, Read};

use quick_xml::Reader as XmlReader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::batch::cell_fault::CellFault;
use crate::batch::workbook::{Hidden, attribute};

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// What a sheet looks like.
#[derive(Default)]
pub(super) struct Scanned {
    pub(super) hidden: Hidden,
    /// Cells with text that is in part struck out, raised or lowered, by row from 1 and column from 0.
    pub(super) faults: BTreeMap<(u32, u32), CellFault>,
}

/// Reads a sheet. `None` if the workbook is not written as usual: calamine may read it nevertheless.
pub(super) fn scan(bytes: &[u8], sheet: &str) -> Option<Scanned> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let path = sheet_path(&mut archive, sheet)?;
    let shared_faults = shared_faults(&mut archive).unwrap_or_default();
    let mut scanned = Scanned::default();
    let (mut row, mut column) = (0, 0);
    let mut is_shared = false;
    let mut value = None;
    read(&mut archive, &path, |event| match event {
        Event::Start(start) => match start.local_name().as_ref() {
            "col" if is_true(start, "hidden") => {
                let number = |name| attribute(start, name)?.parse::<u32>().ok()?.checked_sub(1);
                let first_and_last = number("min").zip(number("max"));
                scanned.hidden.columns.extend(first_and_last);
            }
            "row" => {
                let number = attribute(start, "r").and_then(|number| number.parse().ok());
                row = number.unwrap_or(row + 1);
                column = 0;
                if is_true(start, "hidden") {
                    scanned.hidden.rows.insert(row);
                }
            }
            "c" => {
                let name = attribute(start, "r");
                column = name.and_then(|name| column_of(&name)).unwrap_or(column);
                is_shared = attribute(start, "t").as_deref() == Some("s");
            }
            "v" => value = Some(String::new()),
            _ => {
                if let Some(fault) = fault(start) {
                    scanned.faults.entry((row, column)).or_insert(fault);
                }
            }
        },
        Event::Text(text) => {
            if let Some(value) = &mut value {
                value.push_str(&text.xml10_content());
            }
        }
        Event::End(end) => match end.local_name().as_ref() {
            "v" => {
                let index = value.take().and_then(|value| value.trim().parse().ok());
                let fault = index.and_then(|index: usize| shared_faults.get(&index));
                if let Some(fault) = fault.filter(|_| is_shared) {
                    scanned.faults.insert((row, column), fault.clone());
                }
            }
            "c" => column += 1,
            _ => {}
        },
        _ => {}
    })?;
    Some(scanned)
}

/// Returns the path of a sheet in the archive.
fn sheet_path(archive: &mut Archive<'_>, sheet: &str) -> Option<String> {
    let mut id = None;
    read(archive, "xl/workbook.xml", |event| {
        if let Event::Start(start) = event
            && start.local_name().as_ref() == "sheet"
            && attribute(start, "name").as_deref() == Some(sheet)
        {
            id = id.take().or_else(|| attribute(start, "r:id"));
        }
    })?;
    let id = id?;
    let mut target = None;
    read(archive, "xl/_rels/workbook.xml.rels", |event| {
        if let Event::Start(start) = event
            && attribute(start, "Id").as_ref() == Some(&id)
        {
            target = target.take().or_else(|| attribute(start, "Target"));
        }
    })?;
    let target = target?;
    Some(match target.strip_prefix('/') {
        Some(whole) => whole.to_owned(),
        None => format!("xl/{target}"),
    })
}

/// Returns the faults of the shared texts, by number.
fn shared_faults(archive: &mut Archive<'_>) -> Option<BTreeMap<usize, CellFault>> {
    let mut faults = BTreeMap::new();
    let mut index = 0;
    read(archive, "xl/sharedStrings.xml", |event| match event {
        Event::Start(start) => {
            if let Some(fault) = fault(start) {
                faults.entry(index).or_insert(fault);
            }
        }
        Event::End(end) if end.local_name().as_ref() == "si" => index += 1,
        _ => {}
    })?;
    Some(faults)
}

/// Returns the fault of a text with this element in the looks of one of its parts.
fn fault(start: &BytesStart<'_>) -> Option<CellFault> {
    match start.local_name().as_ref() {
        "strike" if is_on(start) => Some(CellFault::StruckOut),
        "vertAlign" => {
            let align = attribute(start, "val")?;
            matches!(align.as_str(), "superscript" | "subscript").then_some(CellFault::Raised)
        }
        _ => None,
    }
}

/// Reads an entry of the archive event by event. Empty elements are a start and an end.
fn read(archive: &mut Archive<'_>, path: &str, mut each: impl FnMut(&Event<'_>)) -> Option<()> {
    let entry = archive.by_name(path).ok()?;
    let mut reader = XmlReader::from_reader(BufReader::new(Read::take(
        entry,
        crate::batch::workbook::MAX_UNPACKED_BYTES,
    )));
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Eof => return Some(()),
            event => each(&event),
        }
    }
}

/// Whether an attribute is true. It is false if it is missing.
fn is_true(start: &BytesStart<'_>, name: &str) -> bool {
    matches!(attribute(start, name).as_deref(), Some("1" | "true"))
}

/// Whether an element such as `<strike/>` switches something on.
fn is_on(start: &BytesStart<'_>) -> bool {
    !matches!(attribute(start, "val").as_deref(), Some("0" | "false"))
}

/// Returns the column of a cell such as `AB12`, from 0.
fn column_of(cell: &str) -> Option<u32> {
    let letters = cell.bytes().take_while(u8::is_ascii_alphabetic);
    let number = letters.fold(0_u32, |number, letter| {
        number
            .saturating_mul(26)
            .saturating_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    number.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    #[test]
    fn shared_texts_and_hidden_columns_are_found() {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in [
            (
                "xl/workbook.xml",
                r#"<workbook xmlns:r="r"><sheets><sheet name="A" r:id="rId1"/><sheet name="B &amp; C" r:id="rId2"/></sheets></workbook>"#,
            ),
            (
                "xl/_rels/workbook.xml.rels",
                r#"<Relationships><Relationship Id="rId1" Target="other.xml"/><Relationship Id="rId2" Target="/xl/worksheets/sheet7.xml"/></Relationships>"#,
            ),
            (
                "xl/sharedStrings.xml",
                r#"<sst><si><t>whole</t></si><si><r><rPr><strike/></rPr><t>old</t></r><r><t>new</t></r></si><si><r><rPr><strike val="0"/><vertAlign val="baseline"/></rPr><t>kept</t></r></si><si><r><t>10</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>9</t></r></si></sst>"#,
            ),
            (
                "xl/worksheets/sheet7.xml",
                r#"<worksheet><cols><col min="2" max="3" hidden="1"/><col min="5" max="5" hidden="0"/></cols><sheetData>
                <row r="1"><c r="A1" t="s"><v>0</v></c><c r="AB1" t="s"><v>1</v></c></row>
                <row hidden="true"><c><v>1</v></c><c t="s"><v> 1 </v></c><c t="s"><v>2</v></c><c t="s"><v>3</v></c>
                <c t="inlineStr"><is><r><t>H</t></r><r><rPr><vertAlign val="subscript"/></rPr><t>2</t></r></is></c></row></sheetData></worksheet>"#,
            ),
        ] {
            archive
                .start_file(name, SimpleFileOptions::default())
                .unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        let bytes = archive.finish().unwrap().into_inner();
        let scanned = scan(&bytes, "B & C").unwrap();
        let faults = [
            ((1, 27), CellFault::StruckOut),
            ((2, 1), CellFault::StruckOut),
            ((2, 3), CellFault::Raised),
            ((2, 4), CellFault::Raised),
        ];
        assert_eq!(scanned.faults, BTreeMap::from(faults));
        assert_eq!(scanned.hidden.rows, BTreeSet::from([2]));
        assert_eq!(scanned.hidden.columns, [(1, 2)]);
        assert!(scan(&bytes, "other").is_none());
    }
}
