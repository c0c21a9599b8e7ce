//! Words of DNS in packed form: numbers as they stand on the wire, records as they stand in a
//! message.

use bytes::Bytes;

use super::{Message, RdataExt as _, Rrset};

/// The most records of a piece.
const MAX_RECORDS: usize = 1000;

/// How a number of DNS is written and read.
macro_rules! number {
    ($(#[$doc:meta])* $name:ident $type:ty, $number:ty, $from:path, $to:path) => {
        $(#[$doc])*
        pub(crate) mod $name {
            use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

            pub(crate) fn serialize<S: Serializer>(
                value: &$type,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                $to(*value).serialize(serializer)
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<$type, D::Error> {
                <$number>::deserialize(deserializer).map($from)
            }
        }
    };
}

number!(
    /// Record types by number.
    rtype_number crate::dns::Rtype, u16, crate::dns::Rtype::from_int, crate::dns::Rtype::to_int
);
number!(
    /// Classes by number.
    class_number crate::dns::Class, u16, crate::dns::Class::from_int, crate::dns::Class::to_int
);
number!(
    /// TTLs in seconds.
    ttl_seconds crate::dns::Ttl, u32, crate::dns::Ttl::from_secs, super::seconds
);

/// A TTL in seconds.
fn seconds(ttl: super::Ttl) -> u32 {
    ttl.as_secs()
}

/// Lists of record types by number.
pub(crate) mod rtype_numbers {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::dns::Rtype;

    pub(crate) fn serialize<S: Serializer>(
        rtypes: &[Rtype],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(rtypes.iter().map(|rtype| rtype.to_int()))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Rtype>, D::Error> {
        let numbers = Vec::<u16>::deserialize(deserializer)?;
        Ok(numbers.into_iter().map(Rtype::from_int).collect())
    }
}

/// RRsets as the answers of messages, no names compressed so that they keep their letters. Records
/// are read by the same code as those that come with a datagram.
pub(crate) fn pack_rrsets<'a>(sets: impl IntoIterator<Item = &'a Rrset>) -> Vec<Vec<u8>> {
    let mut pieces: Vec<(u16, Vec<u8>)> = Vec::new();
    for set in sets {
        let is_full = |(count, _): &(u16, Vec<u8>)| usize::from(*count) >= MAX_RECORDS;
        if pieces.last().is_none_or(is_full) {
            pieces.push((0, vec![0; 12]));
        }
        let Some((count, octets)) = pieces.last_mut() else {
            continue;
        };
        for data in set.data.iter() {
            let data = data.octets();
            // Longer data is none: its length has two octets.
            let Ok(length) = u16::try_from(data.len()) else {
                continue;
            };
            octets.extend_from_slice(set.owner.octets());
            octets.extend_from_slice(&set.rtype.to_int().to_be_bytes());
            octets.extend_from_slice(&set.class.to_int().to_be_bytes());
            octets.extend_from_slice(&set.ttl.as_secs().to_be_bytes());
            octets.extend_from_slice(&length.to_be_bytes());
            octets.extend_from_slice(&data);
            *count += 1;
        }
        octets[6..8].copy_from_slice(&count.to_be_bytes());
    }
    pieces.into_iter().map(|(_, octets)| octets).collect()
}

/// The RRsets of a piece that [`pack_rrsets`] has written; `None` if it has not.
pub(crate) fn unpack_rrsets(piece: &[u8]) -> Option<Vec<Rrset>> {
    let message = Message::decode(Bytes::copy_from_slice(piece)).ok()?;
    Some(message.answer)
}
