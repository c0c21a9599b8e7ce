//! Counting: single requests, and the time for which something was held.

use super::segments::Segments;

/// Answered by the cache of the application or browser.
pub(super) const BROWSER: usize = 0;
/// Answered by the cache of the OS stub.
pub(super) const STUB: usize = 1;
/// Ways of answers that have nothing to do with a resolver.
const OWN: usize = 2;

/// How a resolver came to what it answered. Each kind of resolver has these ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tier {
    /// From its cache.
    Hit,
    /// From its cache with expired data, at once.
    StaleHit,
    /// From its memory of a failure.
    FailureHit,
    /// With a failure after all providers were silent.
    Failure,
    /// With expired data after all providers were silent.
    Stale,
    /// With what a provider said, after as many others were silent.
    Fetch {
        /// Which.
        provider: usize,
        /// How many were silent.
        lost: usize,
    },
}

/// Numbers the ways of answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ways {
    /// How many providers there are.
    pub(super) providers: usize,
}

impl Ways {
    /// Ways of one kind of resolver.
    fn width(self) -> usize {
        5 + self.providers * self.providers
    }

    /// The number of a way of the resolvers of a group.
    pub(super) fn number(self, group: usize, tier: Tier) -> usize {
        let within = match tier {
            Tier::Hit => 0,
            Tier::StaleHit => 1,
            Tier::FailureHit => 2,
            Tier::Failure => 3,
            Tier::Stale => 4,
            Tier::Fetch { provider, lost } => {
                5 + provider * self.providers + lost.min(self.providers - 1)
            }
        };
        OWN + group * self.width() + within
    }

    /// What a number stands for; `None` for the client's own caches.
    pub(super) fn tier(self, number: usize) -> Option<(usize, Tier)> {
        let number = number.checked_sub(OWN)?;
        let (group, within) = (number / self.width(), number % self.width());
        let tier = match within {
            0 => Tier::Hit,
            1 => Tier::StaleHit,
            2 => Tier::FailureHit,
            3 => Tier::Failure,
            4 => Tier::Stale,
            _ => Tier::Fetch {
                provider: (within - 5) / self.providers,
                lost: (within - 5) % self.providers,
            },
        };
        Some((group, tier))
    }
}

/// What a row counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// How the requests were answered: [`BROWSER`], [`STUB`] or a number of [`Ways`].
    pub(super) way: usize,
    /// By clients of which group.
    pub(super) group: usize,
    /// With which answer.
    pub(super) answer: u32,
}

/// Time held in one segment, times the number of holders.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Held {
    /// Microseconds of holders that begin or end in the segment.
    partly: u64,
    /// How many more hold all of this segment than all of the one before.
    more: i64,
}

/// Rows by key, one value for each segment.
#[derive(Clone, Debug)]
pub(super) struct Rows<T> {
    /// The number of the row plus one, by way and group together and then by answer.
    index: Vec<Vec<u32>>,
    /// How many groups there are.
    groups: usize,
    /// The keys in order of appearance.
    keys: Vec<Key>,
    /// The rows, one behind the other.
    values: Vec<T>,
    /// The length of a row.
    width: usize,
}

impl<T: Copy + Default> Rows<T> {
    /// No rows of `width` values.
    fn new(width: usize, groups: usize) -> Self {
        Self {
            index: Vec::new(),
            groups,
            keys: Vec::new(),
            values: Vec::new(),
            width,
        }
    }

    /// Where the row of a key begins among the values.
    fn row(&mut self, key: Key) -> usize {
        // Slices, as where size counts an index into a vector becomes a call of a function.
        if let Some(answers) = self.index.as_slice().get(key.way * self.groups + key.group)
            && let Some(&number @ 1..) = answers.as_slice().get(key.answer as usize)
        {
            return (number as usize - 1) * self.width;
        }
        self.add(key) * self.width
    }

    /// The value of a key for one segment.
    fn value(&mut self, key: Key, segment: usize) -> &mut T {
        let start = self.row(key);
        &mut self.values.as_mut_slice()[start + segment]
    }

    /// Adds a row.
    #[cold]
    fn add(&mut self, key: Key) -> usize {
        let answers = at_least(&mut self.index, key.way * self.groups + key.group);
        let number = at_least(answers, key.answer as usize);
        self.keys.push(key);
        *number = self.keys.len() as u32;
        self.values
            .resize(self.keys.len() * self.width, T::default());
        self.keys.len() - 1
    }

    /// The rows with their keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Key, &[T])> {
        self.keys
            .iter()
            .copied()
            .zip(self.values.chunks(self.width.max(1)))
    }
}

/// The item of an index, the list made long enough.
fn at_least<T: Clone + Default>(list: &mut Vec<T>, index: usize) -> &mut T {
    if list.len() <= index {
        list.resize(index + 1, T::default());
    }
    &mut list[index]
}

/// All counts of a run, by segment.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    /// The segments.
    pub(super) segments: Segments,
    /// Requests that were simulated one by one.
    pub(super) single: Rows<u32>,
    /// Questions that nobody waits for: a browser has answered in grace and asks behind it.
    pub(super) refreshes: Rows<u32>,
    /// Time in which every request is answered the same way.
    pub(super) held: Rows<Held>,
    /// Time for which resolvers had an entry.
    pub(super) entries: Vec<Held>,
    /// Queries to providers: by provider, then by segment.
    pub(super) provider_queries: Vec<u64>,
    /// Answers of providers: by the address that stood first, then by segment.
    pub(super) fetches: Vec<u64>,
}

impl Tally {
    /// Nothing counted yet.
    pub(super) fn new(
        segments: Segments,
        groups: usize,
        providers: usize,
        addresses: usize,
    ) -> Self {
        let width = segments.all.len();
        Self {
            segments,
            single: Rows::new(width, groups),
            refreshes: Rows::new(width, groups),
            held: Rows::new(width, groups),
            entries: vec![Held::default(); width],
            provider_queries: vec![0; width * providers],
            fetches: vec![0; width * addresses],
        }
    }

    /// Counts one request.
    pub(super) fn count(&mut self, key: Key, segment: usize) {
        *self.single.value(key, segment) += 1;
    }

    /// Counts a question that nobody waits for.
    pub(super) fn refresh(&mut self, key: Key, segment: usize) {
        *self.refreshes.value(key, segment) += 1;
    }

    /// Counts that `holders` hold an answer from one moment to another, which is not after the
    /// end of the run; `segment` is the one of the first moment.
    pub(super) fn hold(&mut self, key: Key, (from, to): (u64, u64), segment: usize, holders: u64) {
        let start = self.held.row(key);
        let values = self.held.values.as_mut_slice();
        add_held(values, start, &self.segments, (from, to), segment, holders);
    }

    /// Counts that a resolver has an entry.
    pub(super) fn keep(&mut self, (from, to): (u64, u64), segment: usize) {
        add_held(&mut self.entries, 0, &self.segments, (from, to), segment, 1);
    }

    /// Counts queries to a provider.
    pub(super) fn query(&mut self, provider: usize, queries: u64, segment: usize) {
        self.provider_queries[provider * self.segments.all.len() + segment] += queries;
    }
}

/// Adds a span to the row that begins at `row`; `first` is the segment of its first moment.
fn add_held(
    values: &mut [Held],
    row: usize,
    segments: &Segments,
    (from, to): (u64, u64),
    first: usize,
    holders: u64,
) {
    if to <= from {
        return;
    }
    let start = segments.all[first];
    if to <= start.end {
        values[row + first].partly += (to - from) * holders;
        return;
    }
    let last = segments.at(to - 1);
    values[row + first].partly += (start.end - from) * holders;
    values[row + last].partly += (to - segments.all[last].start) * holders;
    values[row + first + 1].more += holders as i64;
    values[row + last].more -= holders as i64;
}

/// The microseconds held in each segment, from a row of [`Held`].
pub(super) fn unfold(row: &[Held], segments: &Segments) -> impl Iterator<Item = u64> {
    let widths = segments
        .all
        .iter()
        .map(|segment| segment.end - segment.start);
    let mut whole = 0_i64;
    row.iter().zip(widths).map(move |(held, width)| {
        whole += held.more;
        held.partly + whole.max(0) as u64 * width
    })
}
