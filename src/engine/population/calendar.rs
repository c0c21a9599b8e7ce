//! What comes next, for one resolver's clients.
//!
//! A ring of buckets, each one a stretch of time wide. Between two fetches of the resolver
//! the order of its clients' questions does not matter, so a bucket is a heap of cards
//! without order; only the first question after the resolver's entry has ended is searched.

/// One client's next question to its resolver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Card {
    /// When, in microseconds since the start.
    pub(super) at: u64,
    /// The client's group.
    pub(super) group: u32,
    /// The client's number in the sample plus one; 0 if it is not watched.
    pub(super) sample: u32,
    /// The answer that its browser still gives in grace, plus one, while it asks for a fresh one;
    /// 0 if it waits for the answer.
    pub(super) old: u32,
}

/// The cards of all clients of one cache.
#[derive(Clone, Debug, Default)]
pub(super) struct Calendar {
    /// The ring; its length is a power of two.
    buckets: Vec<Vec<Card>>,
    /// Microseconds a bucket covers, as a power of two.
    shift: u32,
    /// How many cards there are.
    len: usize,
}

impl Calendar {
    /// Empties the calendar and shapes it for `clients` that ask about every `gap` microseconds.
    pub(super) fn reset(&mut self, clients: usize, gap: f64) {
        let buckets = (clients / 8).clamp(1, 1 << 14).next_power_of_two();
        for bucket in &mut self.buckets {
            bucket.clear();
        }
        self.buckets.resize(buckets, Vec::new());
        let width = (2.0 * gap / buckets as f64).clamp(1.0, 1e15) as u64;
        self.shift = 63 - width.max(1).leading_zeros();
        self.len = 0;
    }

    /// The stretch of time that holds a moment, counted from the start.
    pub(super) fn stretch(&self, at: u64) -> u64 {
        at >> self.shift
    }

    /// The bucket of a stretch.
    #[inline(always)]
    fn bucket(&self, stretch: u64) -> usize {
        (stretch & (self.buckets.len() as u64 - 1)) as usize
    }

    /// Puts a card in.
    pub(super) fn insert(&mut self, card: Card) {
        let bucket = self.bucket(self.stretch(card.at));
        self.buckets.as_mut_slice()[bucket].push(card);
        self.len += 1;
    }

    /// The moment of the earliest card; none may be earlier than `from`.
    pub(super) fn earliest(&self, from: u64) -> Option<Place> {
        if self.len == 0 {
            return None;
        }
        let first = self.stretch(from);
        for stretch in first..first + self.buckets.len() as u64 {
            let bucket = self.bucket(stretch);
            let cards = self.buckets.as_slice()[bucket].iter().enumerate();
            let due = cards.filter(|(_, card)| self.stretch(card.at) == stretch);
            if let Some((index, card)) = due.min_by_key(|(_, card)| card.at) {
                return Some(Place {
                    at: card.at,
                    bucket,
                    index,
                });
            }
        }
        // All cards are more than a turn of the ring away.
        let buckets = self.buckets.iter().enumerate();
        let cards = buckets.flat_map(|(bucket, cards)| {
            let cards = cards.iter().enumerate();
            cards.map(move |(index, card)| Place {
                at: card.at,
                bucket,
                index,
            })
        });
        cards.min_by_key(|place| place.at)
    }

    /// Takes out the card of a place just found.
    pub(super) fn take(&mut self, place: Place) -> Card {
        self.len -= 1;
        self.buckets[place.bucket].swap_remove(place.index)
    }

    /// Takes a card earlier than `until` out of the bucket of a stretch. `cursor` begins at 0
    /// and is kept by the caller until there is none left.
    pub(super) fn next_due(
        &mut self,
        stretch: u64,
        cursor: &mut usize,
        until: u64,
    ) -> Option<Card> {
        let bucket = self.bucket(stretch);
        let cards = &mut self.buckets.as_mut_slice()[bucket];
        while let Some(card) = cards.as_slice().get(*cursor) {
            if card.at < until {
                self.len -= 1;
                return Some(cards.swap_remove(*cursor));
            }
            *cursor += 1;
        }
        None
    }

    /// How many stretches make one turn of the ring.
    pub(super) fn turn(&self) -> u64 {
        self.buckets.len() as u64
    }
}

/// Where a card is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Its moment.
    pub(super) at: u64,
    /// Its bucket.
    bucket: usize,
    /// Its index in the bucket.
    index: usize,
}
