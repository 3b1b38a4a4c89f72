//! Code 128 bar codes of digits (ISO/IEC 15417, code set C).
//!
//! A symbol has a start character, a character for each two digits, a check character and a stop character. A
//! character has three bars and three spaces, 11 modules together. The stop character has a fourth bar of two modules.

/// Width of the light area that a reader needs before and after a symbol, in modules.
pub(crate) const QUIET_ZONE: u32 = 10;

const START_C: usize = 105;
const STOP: usize = 106;
const CHECK_MODULUS: usize = 103;

/// Widths of bars and spaces of each character by its value, in modules.
const PATTERNS: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212",
    "221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221",
    "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221",
    "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
    "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
    "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131",
    "311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",
    "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
    "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242",
    "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];

/// A bar of a symbol, in modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    /// Distance from the first bar.
    pub start: u32,
    pub width: u32,
}

/// Returns the bars of a symbol. Each value below 100 in `pairs` is two digits.
pub(crate) fn bars(pairs: &[u8]) -> Vec<Bar> {
    let values = pairs.iter().map(|&pair| usize::from(pair % 100));
    let weighted = (1..)
        .zip(values.clone())
        .map(|(place, value)| place * value);
    let check = (START_C + weighted.sum::<usize>()) % CHECK_MODULUS;
    let characters = [START_C].into_iter().chain(values).chain([check, STOP]);
    let widths = characters.flat_map(|value| PATTERNS[value].bytes());
    let mut bars = Vec::new();
    let mut start = 0;
    for (index, width) in widths.map(|digit| u32::from(digit - b'0')).enumerate() {
        if index % 2 == 0 {
            bars.push(Bar { start, width });
        }
        start += width;
    }
    bars
}

/// Returns the width of a symbol with this number of pairs of digits, in modules and without quiet zones.
pub(crate) fn width(pairs: usize) -> u32 {
    // Start, check and stop, with the last bar.
    (pairs as u32 + 3) * 11 + 2
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn characters_are_eleven_modules_and_their_bars_even() {
        for (value, pattern) in PATTERNS.iter().enumerate() {
            let widths: Vec<u32> = pattern
                .bytes()
                .map(|digit| u32::from(digit - b'0'))
                .collect();
            let bars: u32 = widths.iter().step_by(2).sum();
            let width = if value == STOP { 13 } else { 11 };
            assert_eq!(widths.iter().sum::<u32>(), width, "{value}");
            assert_eq!(bars % 2, 0, "{value}");
        }
        assert_eq!(PATTERNS.iter().collect::<BTreeSet<_>>().len(), 107);
    }

    /// The example of the standard's check character: `Start C 12 34 56` has the check character 44.
    #[test]
    fn bars_of_digits() {
        let pairs = [12, 34, 56];
        let bars = bars(&pairs);
        // Start C, 12, 34, 56, check 105 + 12 + 68 + 168 = 353 = 3 * 103 + 44, stop.
        let expected = ["211232", "112232", "131123", "331121", "132131", "2331112"].concat();
        let mut drawn = String::new();
        let mut end = 0;
        for bar in &bars {
            if bar.start > 0 {
                drawn += &(bar.start - end).to_string();
            }
            drawn += &bar.width.to_string();
            end = bar.start + bar.width;
        }
        assert_eq!(drawn, expected);
        assert_eq!(end, width(pairs.len()));
    }
}
