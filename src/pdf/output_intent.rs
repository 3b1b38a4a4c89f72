//! The output intent: the colour space of all colours in a file (ISO 32000-1, 14.11.5).

use std::io;

use lopdf::{Object, ObjectId, dictionary};

use super::object_writer::ObjectWriter;

/// Writes the output intent that PDF/A requires, with its profile.
pub(super) fn write<W: io::Write>(writer: &mut ObjectWriter<W>) -> io::Result<ObjectId> {
    let name = || Object::string_literal("sRGB IEC61966-2.1");
    let profile = writer.add_compressed(dictionary! { "N" => 3 }, &srgb_profile())?;
    writer.add(dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => name(),
        "Info" => name(),
        "DestOutputProfile" => profile,
    })
}

/// Makes the ICC profile of sRGB (version 4, ISO 15076-1). White point and primaries are adapted to
/// D50, and the transfer curve of IEC 61966-2-1 is a formula.
fn srgb_profile() -> Vec<u8> {
    // A profile requires a description and a copyright.
    const DESCRIPTION: &str = "sRGB";
    const COPYRIGHT: &str = "Public domain";

    // One text in one language, at byte 28.
    let text = |text: &str| {
        let characters: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let mut tag = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
        tag.extend(
            [characters.len() as u32, 28]
                .into_iter()
                .flat_map(u32::to_be_bytes),
        );
        tag.extend(characters);
        tag
    };
    // Numbers in units of 1/65536.
    let numbers = |head: &[u8], values: &[i32]| {
        let mut tag = head.to_vec();
        tag.extend(values.iter().copied().flat_map(i32::to_be_bytes));
        tag
    };
    let xyz = |values: [i32; 3]| numbers(b"XYZ \0\0\0\0", &values);
    const D50: [i32; 3] = [0xf6d6, 0x1_0000, 0xd32d];
    // From D65 to D50, by Bradford's method.
    let adaptation = [
        0x10c42, 0x05de, -0x0cc5, 0x0793, 0xfd90, -0x045b, -0x025f, 0x03dc, 0xc06e,
    ];
    // (a x + b) to the power of 2.4 from 0.04045 on, c x below: 2.4, 1/1.055, 0.055/1.055, 1/12.92.
    let curve = [0x2_6666, 0xf2a7, 0x0d59, 0x13d0, 0x0a5b];

    // The three curves are the same data.
    let data = [
        text(DESCRIPTION),
        text(COPYRIGHT),
        xyz(D50),
        numbers(b"sf32\0\0\0\0", &adaptation),
        xyz([0x6fa2, 0x38f5, 0x0390]),
        xyz([0x6299, 0xb785, 0x18da]),
        xyz([0x24a0, 0x0f84, 0xb6cf]),
        numbers(b"para\0\0\0\0\0\x03\0\0", &curve),
    ];
    let tags: [(&[u8; 4], usize); 10] = [
        (b"desc", 0),
        (b"cprt", 1),
        (b"wtpt", 2),
        (b"chad", 3),
        (b"rXYZ", 4),
        (b"gXYZ", 5),
        (b"bXYZ", 6),
        (b"rTRC", 7),
        (b"gTRC", 7),
        (b"bTRC", 7),
    ];
    let mut body = Vec::new();
    let start = 128 + 4 + 12 * tags.len();
    let places: Vec<[u32; 2]> = data
        .iter()
        .map(|tag| {
            let place = [(start + body.len()) as u32, tag.len() as u32];
            body.extend(tag);
            body.resize(body.len().next_multiple_of(4), 0);
            place
        })
        .collect();

    let mut profile = Vec::with_capacity(start + body.len());
    profile.extend(((start + body.len()) as u32).to_be_bytes());
    profile.extend(b"\0\0\0\0\x04\x20\0\0mntrRGB XYZ ");
    // Any constant date is valid.
    profile.extend(
        [2000u16, 1, 1, 0, 0, 0]
            .into_iter()
            .flat_map(u16::to_be_bytes),
    );
    profile.extend(b"acsp");
    profile.resize(68, 0);
    profile.extend(D50.into_iter().flat_map(i32::to_be_bytes));
    profile.resize(128, 0);
    profile.extend((tags.len() as u32).to_be_bytes());
    for (name, index) in tags {
        profile.extend(name);
        profile.extend(places[index].into_iter().flat_map(u32::to_be_bytes));
    }
    profile.extend(body);
    profile
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profile_is_the_same_everywhere() {
        use sha2::{Digest, Sha256};
        let profile = srgb_profile();
        assert_eq!(profile.len(), 500);
        assert_eq!(profile[..4], (profile.len() as u32).to_be_bytes());
        let hash = crate::keyed_hash::hex(&Sha256::digest(&profile)[..8]);
        assert_eq!(hash, "48b4dc708452257b");
    }
}
