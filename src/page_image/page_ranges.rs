//! Chosen pages, as in `1-3,5`.

use std::ops::RangeInclusive;
use std::str::FromStr;

/// Pages, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PageRanges(Vec<RangeInclusive<u32>>);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PageRangesError {
    #[error("write page numbers, as in `1-3,5`")]
    Syntax,
    #[error("pages count from 1")]
    Zero,
    #[error("`{0}-{1}` goes backwards: write `{1}-{0}`")]
    Backwards(u32, u32),
}

impl PageRanges {
    /// Returns the last page named.
    pub(crate) fn last(&self) -> u32 {
        self.0.iter().map(|range| *range.end()).max().unwrap_or(1)
    }

    /// Returns the pages in ascending order, each once.
    pub(crate) fn pages(&self) -> Vec<u32> {
        let mut pages: Vec<u32> = self.0.iter().cloned().flatten().collect();
        pages.sort_unstable();
        pages.dedup();
        pages
    }
}

impl FromStr for PageRanges {
    type Err = PageRangesError;

    fn from_str(text: &str) -> Result<PageRanges, PageRangesError> {
        let number = |text: &str| match text.trim().parse::<u32>() {
            Ok(0) => Err(PageRangesError::Zero),
            // No leaflet has more pages. The bound keeps the list short.
            Ok(number) if number < 10_000 => Ok(number),
            _ => Err(PageRangesError::Syntax),
        };
        let ranges = text.split(',').map(|part| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (number(first)?, number(last)?);
            match first <= last {
                true => Ok(first..=last),
                false => Err(PageRangesError::Backwards(first, last)),
            }
        });
        Ok(PageRanges(ranges.collect::<Result<_, _>>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_each_page_once_in_order() {
        let pages = |text: &str| text.parse::<PageRanges>().map(|ranges| ranges.pages());
        assert_eq!(pages("1-3,5"), Ok(vec![1, 2, 3, 5]));
        assert_eq!(pages("7, 2-3,3 - 4"), Ok(vec![2, 3, 4, 7]));
        assert_eq!(pages("0"), Err(PageRangesError::Zero));
        assert_eq!(pages("3-1"), Err(PageRangesError::Backwards(3, 1)));
        for wrong in [
            "",
            "a",
            "1-",
            "1,,2",
            "1-2-3",
            "-1",
            "99999999999",
            "1-4000000000",
        ] {
            assert_eq!(pages(wrong), Err(PageRangesError::Syntax), "{wrong}");
        }
    }
}
