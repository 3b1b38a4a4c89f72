use super::super::{Graphic, MarkPaint, VectorItem};
use super::safety::unsafe_at;
use super::*;
use crate::geometry::{Colour, Point, Segment, Shape};

fn drawing(body: &str) -> Result<Vector, PictureError> {
    labelled(body, &[])
}

fn labelled(body: &str, labels: &[(&str, &str)]) -> Result<Vector, PictureError> {
    let labels: BTreeMap<_, _> = labels
        .iter()
        .map(|(id, label)| ((*id).to_owned(), (*label).to_owned()))
        .collect();
    let text = super::read(svg(body).as_bytes(), &labels)?;
    super::draw(&text, PictureUse::Figure, &Faces::bundled()).map(vector)
}

fn vector((picture, notes): (Picture, Vec<PictureNote>)) -> Vector {
    match picture {
        Picture::Vector(vector) => vector,
        Picture::Raster(_) => panic!("{notes:?}"),
    }
}

/// Draws a figure that becomes pixels. Returns why.
fn pixels(body: &str) -> String {
    let text = super::read(svg(body).as_bytes(), &BTreeMap::new()).unwrap();
    match super::draw(&text, PictureUse::Figure, &Faces::bundled()).unwrap() {
        (Picture::Raster(_), notes) => match &notes[..] {
            [PictureNote::DrawnAsPixels(reason)] => reason.clone(),
            notes => panic!("{notes:?}"),
        },
        (Picture::Vector(vector), _) => panic!("{body} gave {vector:?}"),
    }
}

#[test]
fn drawings_in_other_encodings_are_named() {
    for (head, name) in [
        (
            &b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"[..],
            "ISO-8859-1",
        ),
        (
            b"<?xml version='1.0' encoding = 'windows-1252' ?>",
            "windows-1252",
        ),
        (b"", "another encoding"),
    ] {
        let file = [head, b"<svg><title>Caf\xe9</title></svg>"].concat();
        let error = super::read(&file, &BTreeMap::new()).unwrap_err();
        let expected = format!("a drawing in {name} instead of UTF-8");
        assert_eq!(error, PictureError::OtherFormat(expected));
    }
}

/// The marks of a drawing that is one graphic.
fn graphic(body: &str) -> Graphic {
    match drawing(body).unwrap().items.into_iter().next() {
        Some(VectorItem::Graphic(graphic)) => graphic,
        other => panic!("{body} gave {other:?}"),
    }
}

fn logo(body: &str) -> Result<Vector, PictureError> {
    read_logo(svg(body).as_bytes())
}

fn read_logo(data: &[u8]) -> Result<Vector, PictureError> {
    let text = super::read(data, &BTreeMap::new())?;
    super::draw(&text, PictureUse::Logo, &Faces::bundled()).map(vector)
}

fn svg(body: &str) -> String {
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 50">{body}</svg>"##
    )
}

fn shapes(vector: &Vector) -> Vec<&Shape> {
    fn shape(item: &VectorItem) -> Option<&Shape> {
        match item {
            VectorItem::Shape(shape) => Some(shape),
            VectorItem::Text(..) | VectorItem::Graphic(_) => None,
        }
    }
    vector.items.iter().filter_map(shape).collect()
}

/// Start and text of each glyph run.
fn words(vector: &Vector) -> Vec<(Point, &str)> {
    let words = |item| match item {
        &VectorItem::Text(at, ref run) => Some((at, &*run.text)),
        VectorItem::Shape(_) | VectorItem::Graphic(_) => None,
    };
    vector.items.iter().filter_map(words).collect()
}

fn reason(body: &str) -> String {
    match drawing(body) {
        Err(PictureError::Unsafe { reason, .. } | PictureError::TooComplex { reason, .. }) => {
            reason
        }
        other => panic!("{body} gave {other:?}"),
    }
}

fn unsupported(body: &str) -> String {
    match drawing(body) {
        Err(PictureError::Unsupported(what)) => what.to_string(),
        other => panic!("{body} gave {other:?}"),
    }
}

fn bounds(vector: &Vector) -> (f32, f32, f32, f32) {
    let points = shapes(vector)
        .into_iter()
        .flat_map(|shape| &shape.segments)
        .filter_map(|segment| match *segment {
            Segment::MoveTo(to) | Segment::LineTo(to) | Segment::CurveTo(_, _, to) => Some(to),
            Segment::Close => None,
        });
    points.fold(
        (f32::MAX, f32::MAX, f32::MIN, f32::MIN),
        |(left, top, right, bottom), point| {
            (
                left.min(point.x.0),
                top.min(point.y.0),
                right.max(point.x.0),
                bottom.max(point.y.0),
            )
        },
    )
}

#[test]
fn shapes_are_painted_in_order_in_their_colours() {
    let vector = drawing(
        r##"<rect width="10" height="10" fill="#0f5c69"/>
           <path d="M0 0Q5 5 10 0Z" fill="none" stroke="red" stroke-width="2"/>"##,
    )
    .unwrap();
    assert_eq!(
        vector.size,
        Size {
            width: Pt(100.0),
            height: Pt(50.0)
        }
    );
    assert_eq!(shapes(&vector)[0].fill, Some(Colour::rgb(15, 92, 105)));
    let stroke = shapes(&vector)[1].stroke.as_ref().unwrap();
    assert_eq!(
        (stroke.colour, stroke.width),
        (Colour::rgb(255, 0, 0), Pt(2.0))
    );
    assert!(matches!(
        shapes(&vector)[1].segments[1],
        Segment::CurveTo(..)
    ));
}

#[test]
fn view_box_is_moved_to_the_origin_and_scaled() {
    let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" width="20" height="40" viewBox="-10 -10 10 20">
        <rect x="-10" y="-10" width="10" height="20"/></svg>"##;
    let vector = read_logo(svg.as_bytes()).unwrap();
    assert_eq!(
        vector.size,
        Size {
            width: Pt(20.0),
            height: Pt(40.0)
        }
    );
    assert_eq!(bounds(&vector), (0.0, 0.0, 20.0, 40.0));
}

#[test]
fn dashes_and_round_ends_are_kept() {
    let vector = drawing(
        r##"<g transform="scale(2)"><path d="M1 1H20" stroke="black" stroke-dasharray="3 1"
           stroke-linecap="round" stroke-linejoin="round"/></g>"##,
    )
    .unwrap();
    let stroke = shapes(&vector)[0].stroke.as_ref().unwrap();
    assert_eq!(stroke.dash, [Pt(6.0), Pt(2.0)]);
    assert!(stroke.round);
}

#[test]
fn line_that_no_stroke_can_express_becomes_a_filled_outline() {
    for style in [
        r##"stroke-linecap="square""##,
        r##"transform="scale(2 1)""##,
        r##"stroke-dasharray="4" stroke-dashoffset="2""##,
    ] {
        let vector = drawing(&format!(
            r##"<path d="M10 10H30" stroke="black" stroke-width="2" {style}/>"##
        ));
        let vector = vector.unwrap();
        let shape = shapes(&vector)[0];
        assert!(
            shape.stroke.is_none() && shape.fill == Some(Colour::BLACK),
            "{style}"
        );
    }
}

#[test]
fn text_becomes_glyph_runs_in_our_faces() {
    let body = r##"<g transform="translate(1 2) scale(2)"><text x="2" y="9" font-size="5" fill="#0f5c69"
        font-family="Comic Sans">Hej <tspan font-weight="bold">då</tspan> → µ</text></g>"##;
    let vector = drawing(body).unwrap();
    assert_eq!(
        words(&vector)
            .iter()
            .map(|(_, said)| *said)
            .collect::<String>(),
        "Hej då → µ"
    );
    let (at, _) = words(&vector)[0];
    assert_eq!(at, Point::new(Pt(5.0), Pt(20.0)));
    let faces = Faces::bundled();
    let mut weights = Vec::new();
    for item in &vector.items {
        let VectorItem::Text(at, run) = item else {
            panic!("{item:?}")
        };
        assert_eq!(
            (run.size, run.colour, at.y),
            (Pt(10.0), Colour::rgb(15, 92, 105), Pt(20.0))
        );
        let text: String = run
            .glyphs
            .iter()
            .map(|glyph| &run.text[glyph.text.start as usize..glyph.text.end as usize])
            .collect();
        assert_eq!(text, run.text);
        for glyph in &run.glyphs {
            let character = run.text[glyph.text.start as usize..]
                .chars()
                .next()
                .unwrap();
            assert_eq!(
                faces.glyph(run.face, character).map(|(id, _)| id),
                Some(glyph.id)
            );
        }
        weights.push((run.text.trim(), faces.get(run.face).weight));
    }
    assert!(weights.contains(&("Hej", Weight::Regular)) && weights.contains(&("då", Weight::Bold)));
}

#[test]
fn glyph_runs_are_where_their_outlines_would_be() {
    let body = r##"<text x="50" y="30" font-size="10" text-anchor="middle" letter-spacing="1">Wave</text>"##;
    let drawn = bounds(&logo(body).unwrap());
    let vector = drawing(body).unwrap();
    let VectorItem::Text(at, run) = &vector.items[0] else {
        panic!("{vector:?}")
    };
    let right = at.x.0 + run.glyphs[3].x.0;
    // Glyphs have side bearings.
    assert!((at.x.0 - drawn.0).abs() < 1.0, "{at:?} {drawn:?}");
    assert!(
        right > drawn.2 - 7.0 && right < drawn.2 - 4.0,
        "{right} {drawn:?}"
    );
    assert_eq!(vector.items.len(), 1);
}

#[test]
fn text_of_a_logo_becomes_outlines() {
    let vector = logo(r##"<text x="5" y="20" font-size="10">Hej → µ</text>"##).unwrap();
    let (left, top, right, bottom) = bounds(&vector);
    assert!(
        left >= 5.0 && right > 25.0 && top > 8.0 && bottom < 24.0,
        "{left} {top} {right} {bottom}"
    );
    assert!(words(&vector).is_empty());
}

#[test]
fn text_that_cannot_stay_text_becomes_shapes() {
    for style in [
        r##"transform="rotate(8)""##,
        r##"transform="scale(1 2)""##,
        r##"stroke="red""##,
        r##"text-decoration="underline""##,
        r##"fill-opacity="0.5""##,
        r##"rotate="10""##,
    ] {
        let body = format!(r##"<text x="20" y="20" font-size="8" {style}>Words</text>"##);
        let vector = drawing(&body).unwrap();
        assert!(
            words(&vector).is_empty() && !vector.items.is_empty(),
            "{style}: {vector:?}"
        );
    }
    let mixed = drawing(r##"<text x="90" y="20" font-size="8">שלום</text>"##);
    assert!(mixed.is_err() || words(&mixed.unwrap()).is_empty());
}

#[test]
fn bold_text_is_wider_than_regular_text() {
    let width = |weight: &str| {
        let body = format!(r##"<text y="20" font-size="10" font-weight="{weight}">Weight</text>"##);
        bounds(&logo(&body).unwrap()).2
    };
    assert!(width("bold") > width("normal"));
}

#[test]
fn labels_fill_texts_by_id() {
    let body = r##"<text id="a" x="1" y="20" font-size="8">x</text><text y="40" font-size="8">
        <tspan id="b">old <tspan>words</tspan></tspan></text><text id='c' x="50" y="20"/>"##;
    let same = r##"<text id="a" x="1" y="20" font-size="8">A &lt; B &amp; C</text><text y="40" font-size="8">
        <tspan id="b">new</tspan></text><text id='c' x="50" y="20">ö</text>"##;
    let filled = labelled(body, &[("a", "A < B & C"), ("b", "new"), ("c", "ö")]).unwrap();
    assert_eq!(filled, drawing(same).unwrap());
}

#[test]
fn label_without_a_text_is_an_error_that_lists_the_texts() {
    let error = labelled(r##"<text id="low">x</text>"##, &[("high", "y")]).unwrap_err();
    assert_eq!(
        error,
        PictureError::UnknownLabel {
            id: "high".to_owned(),
            known: vec!["low".to_owned()]
        }
    );
}

#[test]
fn label_cannot_add_elements() {
    let label = "</text><script>alert(1)</script><text>";
    assert!(
        labelled(
            r##"<text id="a" y="20" font-size="2"></text>"##,
            &[("a", label)]
        )
        .is_ok()
    );
}

#[test]
fn missing_glyph_is_named() {
    assert_eq!(
        drawing(r##"<text y="20">a漢</text>"##),
        Err(PictureError::MissingGlyph('漢'))
    );
}

#[test]
fn opacity_mixes_with_white_paper() {
    let vector = drawing(
        r##"<rect width="100" height="50" fill="white"/>
           <g opacity="0.5"><rect width="10" height="10" fill-opacity="0.5"/></g>"##,
    )
    .unwrap();
    assert_eq!(shapes(&vector)[1].fill, Some(Colour::rgb(191, 191, 191)));
}

#[test]
fn opacity_over_other_shapes_stays_opacity() {
    let over = r##"<rect width="9" height="9"/><rect width="5" height="5" opacity="0.5"/>"##;
    let opacities: Vec<u16> = graphic(over)
        .marks
        .iter()
        .map(|mark| mark.opacity)
        .collect();
    assert_eq!(opacities, [1000, 500]);
}

#[test]
fn gradients_and_clips_stay_shapes() {
    let body = r##"<linearGradient id="g" x2="0" y2="1"><stop stop-color="red"/><stop offset="1"/></linearGradient>
        <clipPath id="c"><circle cx="5" cy="5" r="4"/></clipPath>
        <g clip-path="url(#c)"><rect width="9" height="9" fill="url(#g)"/><rect x="3" width="9" height="9"/></g>"##;
    let graphic = graphic(body);
    assert_eq!(graphic.clips.len(), 1);
    let [first, second] = &graphic.marks[..] else {
        panic!("{graphic:?}")
    };
    assert_eq!((first.clip, second.clip), (Some(0), Some(0)));
    let MarkPaint::Gradient { gradient, .. } = &first.paint else {
        panic!("{first:?}")
    };
    let ends = [(0.0, Colour::rgb(255, 0, 0)), (1.0, Colour::BLACK)];
    assert_eq!(gradient.stops, ends);
    let end = gradient.transform.map(0.0, 1.0);
    assert_eq!(end, Point::new(Pt(0.0), Pt(9.0)));
}

#[test]
fn text_inside_a_clip_stays_text_if_it_is_whole() {
    let clipped = |width: u32| {
        let body = format!(
            r##"<clipPath id="c"><rect width="{width}" height="30"/></clipPath>
            <g clip-path="url(#c)"><circle cx="30" cy="20" r="40"/><text y="20" font-size="8">Words</text></g>"##
        );
        words(&drawing(&body).unwrap()).len()
    };
    assert_eq!((clipped(60), clipped(10)), (1, 0));
}

#[test]
fn shapes_that_reach_over_the_edge_are_cut_there() {
    for body in [
        r##"<rect width="9" height="9" stroke="red" stroke-width="99"/>"##,
        r##"<rect x="90" width="50" height="9"/>"##,
    ] {
        assert_eq!(graphic(body).size, Size::new(Pt(100.0), Pt(50.0)), "{body}");
    }
}

#[test]
fn miters_that_differ_from_pdf_become_outlines() {
    let corner = |limit: u32| {
        let body = format!(
            r##"<path d="M10 10H60L10 24" stroke="red" fill="none" stroke-width="3" stroke-miterlimit="{limit}"/>"##
        );
        shapes(&drawing(&body).unwrap())[0].stroke.is_some()
    };
    assert_eq!((corner(4), corner(10)), (false, true));
    assert_eq!(
        graphic_count(r##"<rect x="9" y="9" width="9" height="9" stroke="red"/>"##),
        0
    );
}

fn graphic_count(body: &str) -> usize {
    let items = drawing(body).unwrap().items;
    let is_graphic = |item: &&VectorItem| matches!(item, VectorItem::Graphic(_));
    items.iter().filter(is_graphic).count()
}

#[test]
fn masks_filters_and_patterns_become_pixels() {
    let shape = r##"<rect x="2" y="2" width="9" height="9""##;
    let stops = r##"<stop stop-color="red"/><stop offset="1" stop-opacity="0"/>"##;
    for (body, reason) in [
        (
            format!(r##"<linearGradient id="g">{stops}</linearGradient>{shape} fill="url(#g)"/>"##),
            "a gradient with an opacity",
        ),
        (
            format!(
                r##"<linearGradient id="g" x2=".1" spreadMethod="repeat"><stop stop-color="red"/><stop offset="1"/></linearGradient>{shape} fill="url(#g)"/>"##
            ),
            "a repeated gradient",
        ),
        (
            format!(
                r##"<mask id="m"><circle r="4" fill="white"/></mask>{shape} mask="url(#m)"/>"##
            ),
            "a mask",
        ),
        (
            format!(
                r##"<filter id="f"><feGaussianBlur stdDeviation="2"/></filter>{shape} filter="url(#f)"/>"##
            ),
            "a filter",
        ),
        (
            format!(
                r##"<pattern id="p" width="2" height="2" patternUnits="userSpaceOnUse"><circle r="1"/></pattern>{shape} fill="url(#p)"/>"##
            ),
            "a pattern",
        ),
        (
            format!(r##"{shape} style="mix-blend-mode: multiply"/>"##),
            "a blend mode",
        ),
        (
            format!(r##"<g opacity=".5">{shape}/>{shape} fill="red"/></g>"##),
            "the opacity of a group",
        ),
        (
            format!(
                r##"<clipPath id="c"><circle r="8"/><circle cx="4" r="8"/></clipPath>{shape} clip-path="url(#c)"/>"##
            ),
            "a clip path of overlapping shapes",
        ),
    ] {
        assert_eq!(pixels(&body), reason);
    }
}

#[test]
fn unsupported_features_are_named() {
    for (body, what) in [
        ("<rect><animate/></rect>", "animation"),
        (
            "<text><textPath href='#p'>words</textPath></text>",
            "text along a path",
        ),
        (
            "<flowRoot><flowPara>words</flowPara></flowRoot>",
            "flowing text of Inkscape",
        ),
        (
            r##"<image href="data:image/svg+xml;base64,AAAA"/>"##,
            "a drawing inside the drawing, as an SVG image",
        ),
        (
            r##"<rect width="9" height="9" fill="oklch(60% 0.1 120)"/>"##,
            "the colour `oklch(60% 0.1 120)`",
        ),
    ] {
        assert_eq!(unsupported(body), what);
    }
}

#[test]
fn broken_image_inside_a_drawing_is_an_error() {
    for data in ["AAAA", "iVBORw0KGgo="] {
        let body =
            format!(r##"<image width="9" height="9" href="data:image/png;base64,{data}"/>"##);
        assert!(drawing(&body).is_err(), "{data}");
    }
}

/// Colour of the only shape.
fn colour(body: &str) -> Colour {
    shapes(&drawing(body).unwrap())[0].fill.unwrap()
}

#[test]
fn style_variables_and_modern_colours_are_replaced() {
    let green = Colour::rgb(0, 170, 102);
    let rect = r##"<rect class="a" width="9" height="9""##;
    for (style, element) in [
        (":root{--b:#0a6} .a{fill:var(--b)}", format!("{rect}/>")),
        (":root{--b:#0a6}", format!(r##"{rect} fill="var(--b)"/>"##)),
        (
            ":root{--b:#0a6}",
            format!(r##"{rect} style="fill:var(--b)"/>"##),
        ),
        (".a{--b:#0a6; fill: var(--b)}", format!("{rect}/>")),
        (
            "svg{--x:#0a6;--b:var( --x )} .a{fill:var(--b, red)}",
            format!("{rect}/>"),
        ),
        (".a{fill:var(--no, #0a6)}", format!("{rect}/>")),
        (".a{fill:var(--no, var(--nor, #0a6))}", format!("{rect}/>")),
        (
            ":root{--b:red} g{--b:#0a6} .a{fill:var(--b)}",
            format!("<g>{rect}/></g>"),
        ),
        (
            ".a{fill:red} rect.a{fill:var(--b, #0a6)}",
            format!("{rect}/>"),
        ),
        (
            "/* a */ .a { fill: red } .a { fill: #0a6 } b{fill:var(--b)}",
            format!("{rect}/>"),
        ),
        (".a{fill:var(--c)} g{fill:#0a6}", format!("<g>{rect}/></g>")),
        (
            "",
            format!(r##"{rect} fill="#00aa66 icc-color(x, 1, 2)"/>"##),
        ),
        ("", format!(r##"{rect} fill="rgb(0 170 102)"/>"##)),
        ("", format!(r##"{rect} fill="rgb(0 170 102 / 100%)"/>"##)),
        (".a{fill:rgb(0 170 102 / 1)}", format!("{rect}/>")),
        (
            "",
            format!(r##"{rect} style="fill:hsl(156deg 100% 33.3%)"/>"##),
        ),
        (
            "",
            format!(r##"{rect} style="fill:#00aa66;fill:color(srgb 0 .667 .4)"/>"##),
        ),
        (
            "",
            format!(r##"{rect} style="fill:#00aa66;fill:color(rec2020 0 .667 .4)"/>"##),
        ),
    ] {
        let body = format!("<style>{style}</style>{element}");
        assert_eq!(colour(&body), green, "{body}");
    }
    let p3 = colour(r##"<rect width="9" height="9" fill="color(display-p3 0.5 0.6 0.7)"/>"##);
    assert_eq!(p3, Colour::rgb(121, 154, 181));
}

#[test]
fn variables_that_lead_to_themselves_have_no_value() {
    let body = r##"<style>:root{--a:var(--b);--b:var(--a)} rect{fill:var(--a)}</style><rect width="9" height="9"/>"##;
    assert_eq!(colour(body), Colour::BLACK);
    let mut doubling = "--v0:aaaaaaaa;".to_owned();
    for level in 1..30 {
        let _ = write!(doubling, "--v{level}:var(--v{0}) var(--v{0});", level - 1);
    }
    let body = format!(
        r##"<style>:root{{{doubling}}}</style><rect width="9" height="9" fill="var(--v29)"/>"##
    );
    assert_eq!(colour(&body), Colour::BLACK);
}

#[test]
fn faces_that_are_not_there_are_named() {
    let faces = |family: &str| {
        let body = svg(&format!(
            r##"<text y="20" font-family="{family}">a</text>"##
        ));
        super::draw(&body, PictureUse::Logo, &Faces::bundled())
            .unwrap()
            .1
    };
    let missing = |name: &str| vec![PictureNote::MissingFace(name.to_owned())];
    assert_eq!(faces("'MyriadPro-Bold'"), missing("MyriadPro-Bold"));
    assert_eq!(faces("Futura, Arial, sans-serif"), missing("Futura"));
    assert_eq!(faces("Futura, 'Source Sans 3'"), []);
    assert_eq!(faces("sans-serif"), []);
}

#[test]
fn lettering_of_a_logo_that_is_cut_names_its_face() {
    let notes = |x: u32, family: &str| {
        let body = svg(&format!(
            r##"<text x="{x}" y="30" font-size="16" font-family="{family}">Riverside</text>"##
        ));
        super::draw(&body, PictureUse::Logo, &Faces::bundled())
            .unwrap()
            .1
    };
    let cut = PictureNote::CutLettering("Futura".to_owned());
    assert_eq!(notes(60, "Futura"), [cut]);
    let whole = PictureNote::MissingFace("Futura".to_owned());
    assert_eq!(notes(5, "Futura"), std::slice::from_ref(&whole));
    // Letters that nobody sees are not cut.
    assert_eq!(notes(150, "Futura"), [whole]);
    assert_eq!(notes(60, "sans-serif"), []);
}

#[test]
fn long_label_is_named_by_its_id() {
    let long = |id: &str| {
        format!(
            r##"<text {id} x="5" y="20" font-size="20">{}</text>"##,
            "long ".repeat(40)
        )
    };
    assert_eq!(
        drawing(&long(r#"id="high""#)),
        Err(PictureError::LongLabel(Some("high".to_owned())))
    );
    assert_eq!(drawing(&long("")), Err(PictureError::LongLabel(None)));
}

#[test]
fn clip_path_around_everything_and_shapes_out_of_sight_change_nothing() {
    let plain = drawing(r##"<rect width="9" height="9"/>"##).unwrap();
    let clipped = drawing(
        r##"<clipPath id="c"><rect width="100" height="50"/></clipPath>
           <g clip-path="url(#c)"><rect width="9" height="9"/></g><rect x="200" width="9" height="9"/>"##,
    );
    assert_eq!(clipped.unwrap(), plain);
}

#[test]
fn scripts_and_external_references_are_rejected() {
    for (body, expected) in [
        ("<script>alert(1)</script>", "it contains a script"),
        (
            r##"<rect onload="alert(1)"/>"##,
            "it has an event handler (`onload`)",
        ),
        (
            r##"<g OnClick="x()"/>"##,
            "it has an event handler (`OnClick`)",
        ),
        (
            "<switch><foreignObject/></switch>",
            "it contains foreign content (`foreignObject`)",
        ),
        (
            r##"<?xml-stylesheet href="http://example.org/a.css"?>"##,
            "it has a style sheet in another file",
        ),
    ] {
        assert_eq!(reason(body), expected);
    }
    for body in [
        r##"<image href="http://example.org/a.png"/>"##,
        r##"<image xlink:href="../../etc/passwd"/>"##,
        r##"<use href="other.svg#a"/>"##,
        r##"<a href="javascript:alert(1)"/>"##,
        r##"<rect fill="url( 'http://example.org/#g' )"/>"##,
        r##"<rect style="fill:URL(file:///a#b)"/>"##,
        r##"<style>@import "a.css";</style>"##,
        r##"<style>rect { fill: \75rl(a.svg#b) }</style>"##,
    ] {
        assert_eq!(
            reason(body),
            "it refers to something outside the drawing",
            "{body}"
        );
    }
}

#[test]
fn unsafe_element_has_its_byte_offset() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg'><g/><script/></svg>";
    let error = read_logo(svg.as_bytes()).unwrap_err();
    assert_eq!(
        error,
        unsafe_at("it contains a script", svg.find("<script"))
    );
}

#[test]
fn entities_within_entities_are_rejected() {
    let svg =
        r##"<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><svg>&b;</svg>"##;
    let error = read_logo(svg.as_bytes()).unwrap_err();
    let second = svg.find("<!ENTITY b");
    let reason = "it declares an entity that uses another one";
    assert_eq!(error, unsafe_at(reason, second));
}

#[test]
fn entities_of_illustrator_are_replaced() {
    let svg = r##"<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
        <!ENTITY ns_ai "http://ns.adobe.com/AdobeIllustrator/10.0/">
        <!ENTITY ns_svg "http://www.w3.org/2000/svg">
        <!ENTITY st0 "fill:#C8143C;">]>
        <svg xmlns="&ns_svg;" xmlns:i="&ns_ai;" viewBox="0 0 10 10"><switch>
        <foreignObject requiredExtensions="&ns_ai;" width="1" height="1"/>
        <g i:extraneous="self"><rect style="&st0;" width="10" height="10"/></g></switch></svg>"##;
    let vector = read_logo(svg.as_bytes()).unwrap();
    assert_eq!(shapes(&vector)[0].fill, Some(Colour::rgb(200, 20, 60)));
    // What an entity spells is checked, too.
    let script = svg
        .replace("width=\"10\"", "&on;=\"a\"")
        .replace("st0 \"", "on \"onload\"><!ENTITY st0 \"");
    assert!(read_logo(script.as_bytes()).is_err());
    let link = svg.replace("fill:#C8143C;", "fill:url(https://a.example)");
    let error = read_logo(link.as_bytes()).unwrap_err();
    let reason = "it refers to something outside the drawing";
    assert_eq!(error, unsafe_at(reason, None));
}

#[test]
fn data_of_editors_is_accepted() {
    let doctypes = [
        r##"<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">"##,
        r##"<!DOCTYPE svg [<!ATTLIST svg xmlns:a CDATA #IMPLIED>]>"##,
    ];
    for doctype in doctypes {
        let svg = format!(
            "<?xml version='1.0'?>{doctype}{}",
            svg(r##"<rect width="9" height="9"/>"##)
        );
        assert_eq!(read_logo(svg.as_bytes()).unwrap().items.len(), 1);
    }
    let body = r##"<metadata><?xpacket begin="" id="W5M0"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
        <i:pgf xmlns:i="http://ns.adobe.com/AdobeIllustrator/10.0/" href="a.ai" color="none of ours">eJy</i:pgf></x:xmpmeta>
        <?xpacket end="w"?></metadata>
        <s:namedview xmlns:s="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" s:document-units="mm"/>
        <switch><foreignObject requiredExtensions="http://ns.adobe.com/AdobeIllustrator/10.0/" width="1" height="1">
        <i:pgfRef xmlns:i="http://ns.adobe.com/AdobeIllustrator/10.0/" xlink:href="#pgf"/></foreignObject>
        <a xlink:href="https://example.org/"><rect width="9" height="9"/></a></switch>
        <style>@font-face{font-family:a;src:url(data:font/woff2;base64,AAAA)}</style>"##;
    assert_eq!(drawing(body).unwrap().items.len(), 1);
}

#[test]
fn transforms_of_css_are_refused() {
    for (attributes, value) in [
        ("style=\"transform:rotate(45deg)\"", "rotate(45deg)"),
        (
            "style=\"transform:translate(10px, 5px)\"",
            "translate(10px, 5px)",
        ),
        ("style=\"rotate:45deg\"", "rotate: 45deg"),
        (
            "transform=\"rotate(45)\" style=\"transform-box:fill-box;transform-origin:50% 50%\"",
            "rotate(45)",
        ),
    ] {
        let body = format!(r##"<rect width="9" height="9" {attributes}/>"##);
        let feature = UnsupportedFeature::Transform(value.to_owned());
        assert_eq!(
            drawing(&body).unwrap_err(),
            PictureError::Unsupported(feature)
        );
    }
    for attributes in [
        "transform=\"rotate(45)\" transform-origin=\"4 4\"",
        "style=\"transform-box:fill-box;transform-origin:50% 50%\"",
        "style=\"transform:none\"",
        "transform=\"\"",
    ] {
        let body = format!(r##"<rect width="9" height="9" {attributes}/>"##);
        assert!(drawing(&body).is_ok(), "{attributes}");
    }
}

#[test]
fn styles_that_would_be_ignored_are_refused() {
    let rect = |style: &str| format!(r##"<rect width="9" height="9" style="{style}"/>"##);
    let text = |style: &str| format!(r##"<text x="9" y="30" style="{style}">a  b</text>"##);
    let line = |attributes: &str| format!(r##"<path d="M0 9H9" stroke="red" {attributes}/>"##);
    let sheet = |rule: &str| format!(r##"<style>{rule}</style><rect width="9" height="9"/>"##);
    for (body, style) in [
        (
            line("vector-effect=\"non-scaling-stroke\""),
            "vector-effect: non-scaling-stroke",
        ),
        (
            line("style=\"vector-effect:non-scaling-stroke\""),
            "vector-effect: non-scaling-stroke",
        ),
        (
            format!(
                "<style>path{{vector-effect:non-scaling-stroke}}</style>{}",
                line("")
            ),
            "vector-effect: non-scaling-stroke",
        ),
        (
            line("pathLength=\"10\" stroke-dasharray=\"1\""),
            "pathLength: 10",
        ),
        (line("stroke-width=\"1rem\""), "stroke-width: 1rem"),
        (
            line("style=\"stroke-width:calc(1px + 2px)\""),
            "stroke-width: calc(1px + 2px)",
        ),
        (
            line("style=\"stroke-dasharray:2 1rem\""),
            "stroke-dasharray: 2 1rem",
        ),
        (rect("width:20px"), "width: 20px"),
        (rect("rx:2px"), "rx: 2px"),
        (rect("translate:9px"), "translate: 9px"),
        (rect("scale:2"), "scale: 2"),
        (rect("animation:a 1s"), "animation: a 1s"),
        (rect("clip-path:circle(4px)"), "clip-path: circle(4px)"),
        (rect("mask-image:url(#m)"), "mask-image: url(#m)"),
        (rect("outline:1px solid"), "outline: 1px solid"),
        (rect("FILL:red"), "FILL: red"),
        (
            rect("filter:drop-shadow(1px 1px 0 #d33)"),
            "filter: drop-shadow(1px 1px 0 #d33)",
        ),
        (
            rect("filter:drop-shadow(0 0 2px rgba(0,0,0,.5))"),
            "filter: drop-shadow(0 0 2px rgba(0,0,0,.5))",
        ),
        (
            text("text-transform:uppercase"),
            "text-transform: uppercase",
        ),
        (text("font-variant:small-caps"), "font-variant: small-caps"),
        (text("white-space:pre"), "white-space: pre"),
        (
            text("text-decoration:underline dotted"),
            "text-decoration: underline dotted",
        ),
        (
            format!(r##"<g font-size="30">{}</g>"##, text("font-size:small")),
            "font-size: small",
        ),
        (sheet("rect:nth-child(2){fill:red}"), "rect:nth-child(2)"),
        (sheet("rect~rect{fill:red}"), "rect~rect"),
        (sheet("@media print{rect{fill:red}}"), "@media print"),
        (sheet("@supports (d:a){rect{fill:red}}"), "@supports (d:a)"),
        (
            r##"<style media="print">rect{fill:red}</style>"##.to_owned(),
            "media: print",
        ),
        (
            r##"<linearGradient color-interpolation="linearRGB"/>"##.to_owned(),
            "color-interpolation: linearRGB",
        ),
    ] {
        let feature = UnsupportedFeature::Style(style.to_owned());
        let expected = Err(PictureError::Unsupported(feature));
        assert_eq!(drawing(&body).map(|_| ()), expected, "{body}");
    }
    for body in [
        r##"<rect width="9" height="9" vector-effect="non-scaling-stroke"/>"##.to_owned(),
        rect("vector-effect:none;animation:none;mask:none;outline:0;clip-path:none"),
        rect("width:9px;text-transform:uppercase;white-space:pre"),
        text("font-size:large;text-decoration:none;color-interpolation:linearRGB"),
        r##"<text x="9" y="30" xml:space="preserve" style="white-space:pre">a  b</text>"##
            .to_owned(),
        sheet("@media (prefers-color-scheme: dark){rect{fill:white}}"),
        sheet("rect:hover,rect:focus-visible,rect::before{fill:red}"),
        sheet("@keyframes a{to{fill:red}}"),
        r##"<style type="text/x-notes">a ~ b {}</style><rect width="9" height="9"/>"##.to_owned(),
    ] {
        assert!(drawing(&body).is_ok(), "{body}: {:?}", drawing(&body));
    }
    let root = |attributes: &str| {
        let svg = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9' {attributes}><path d='M0 0h9v9z'/></svg>"
        );
        read_logo(svg.as_bytes()).map(|_| ())
    };
    for attributes in [
        "transform='rotate(90)'",
        "style='background:#fc9'",
        "style='border:1px solid'",
    ] {
        assert!(root(attributes).is_err(), "{attributes}");
    }
    for attributes in [
        "transform='rotate(0)'",
        "style='width:100%;height:auto;background:#FFFFFF'",
    ] {
        assert_eq!(root(attributes), Ok(()), "{attributes}");
    }
}

#[test]
fn declarations_after_an_unreadable_one_count() {
    let plain = r##"<rect width="9" height="9" fill="#d33"/>"##;
    for body in [
        r##"<style>rect{grid-area:1/2;fill:#d33}</style><rect width="9" height="9"/>"##,
        r##"<style>:root{fill:#d33}</style><rect width="9" height="9"/>"##,
        r##"<rect width="9" height="9" style="stroke:;fill:#d33"/>"##,
    ] {
        assert_eq!(drawing(body), drawing(plain), "{body}");
    }
    let text = r##"<text x="9" y="20" font-size="20" font-weight="bold">a</text>"##;
    let short = r##"<text x="9" y="20" style="font:bold 20px / 1.5 sans-serif">a</text>"##;
    assert_eq!(drawing(short), drawing(text));
    let usual = r##"<text x="9" y="20" font-size="16">a</text>"##;
    assert_eq!(drawing(r##"<text x="9" y="20">a</text>"##), drawing(usual));
}

#[test]
fn text_from_right_to_left_is_refused_where_its_place_would_be_wrong() {
    let right = r##"<text x="90" y="20" style="direction:rtl">A</text>"##;
    let feature = UnsupportedFeature::RightToLeft;
    assert_eq!(
        drawing(right).unwrap_err(),
        PictureError::Unsupported(feature)
    );
    let centred = r##"<text x="20" y="20" direction="rtl" text-anchor="middle">A</text>"##;
    assert!(drawing(centred).is_ok());
    let shape = r##"<g direction="rtl"><rect width="9" height="9"/></g>"##;
    assert!(drawing(shape).is_ok());
}

#[test]
fn use_bombs_are_rejected_before_expansion() {
    let mut bomb = r##"<g id="a0"><rect width="1" height="1"/></g>"##.to_owned();
    for level in 1..20 {
        let _ = write!(
            bomb,
            r##"<g id="a{level}">{}</g>"##,
            format!(r##"<use href="#a{}"/>"##, level - 1).repeat(10)
        );
    }
    assert!(reason(&bomb).starts_with("it grows"));
    assert_eq!(
        reason(r##"<g id="a"><use href="#a"/></g>"##),
        "an element refers to itself"
    );
    let words = format!(
        r##"<text id="t" y="9">{}</text>{}"##,
        "w".repeat(1900),
        r##"<use href="#t"/>"##.repeat(300)
    );
    assert!(reason(&words).starts_with("it grows"));
    let marker = r##"<marker id="m"><g id="g"><rect width="1" height="1"/></g></marker>"##;
    let path = format!(
        r##"<path marker-mid="url(#m)" d="M0 0{}"/>"##,
        "L1 1 ".repeat(20_000)
    );
    assert!(reason(&format!("{marker}{path}")).starts_with("it grows"));
    assert!(
        drawing(&format!(
            r##"{marker}<path marker-end="url(#m)" stroke="black" d="M9 9L20 20"/>"##
        ))
        .is_ok()
    );
}

#[test]
fn work_of_drawing_pixels_is_bounded() {
    let rect = r##"<rect width="100" height="50" fill="red""##;
    let filter = |primitive: &str| {
        format!(r##"<filter id="f">{primitive}</filter>{rect} filter="url(#f)"/>"##)
    };
    let blurs = "<feGaussianBlur stdDeviation='9'/>".repeat(200);
    let layers = format!(
        "{}{rect}/>{}",
        "<g opacity='.9' style='mix-blend-mode:multiply'>".repeat(50),
        "</g>".repeat(50)
    );
    let pattern = |transform: &str| {
        format!(
            r##"<pattern id="p" width="1000000" height="1000000" patternUnits="userSpaceOnUse" patternTransform="{transform}"><circle r="9"/></pattern>{rect} style="fill:url(#p)"/>"##
        )
    };
    for body in [
        filter("<feTurbulence baseFrequency='.01' numOctaves='9999999'/>"),
        filter("<feMorphology operator='dilate' radius='2000'/>"),
        filter(&blurs),
        layers,
        pattern("scale(1)"),
        pattern("scale(1000)"),
    ] {
        let text = super::read(svg(&body).as_bytes(), &BTreeMap::new()).unwrap();
        let drawn = super::draw(&text, PictureUse::Figure, &Faces::bundled());
        assert!(
            matches!(drawn, Err(PictureError::TooLarge(_))),
            "{body:.200}"
        );
    }
}

#[test]
fn panic_of_a_dependency_is_an_error() {
    let result: Result<(), _> = catch_panic(|| panic!("a degenerate rectangle"));
    assert!(matches!(result, Err(PictureError::Unreadable(_))));
}

#[test]
fn common_drawings_stay_within_the_bounds() {
    // A transform that a drawing program wrote, a class, a gradient that nothing uses, and a link.
    let body = r##"<style>.cls-1{fill:#1e9999}.cls-1,.cls-2{stroke-width:.5px}</style>
        <linearGradient id="a1e99"><stop offset="0"/></linearGradient>
        <a href="#top"><g id="top" transform="matrix(6.1e-17 1 -1 6.1e-17 20 1e1)">
        <path class="cls-1" d="M1 1h5v5z"/><use href="#x"/></g></a><path id="x" d="M9 9h1v1z"/>"##;
    drawing(body).unwrap();
}

#[test]
fn deep_nesting_is_rejected() {
    let body = format!("{}{}", "<g>".repeat(5000), "</g>".repeat(5000));
    assert!(reason(&body).starts_with("it is nested"));
}

#[test]
fn broken_and_oversized_files_have_different_errors() {
    let read = |data: &[u8]| read_logo(data).unwrap_err();
    assert!(matches!(
        read(b"<svg><g></svg>"),
        PictureError::Unreadable(_)
    ));
    assert!(matches!(
        read(b"<svg>\xff</svg>"),
        PictureError::OtherFormat(_)
    ));
    assert!(matches!(read(b"<html/>"), PictureError::Unreadable(_)));
    assert!(matches!(
        read(&vec![b' '; MAX_MEGABYTES * 1024 * 1024 + 1]),
        PictureError::TooLarge(_)
    ));
}
