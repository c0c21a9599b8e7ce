//! Record data from the words of an entry.
//!
//! The `domain` crate knows how each type is written; this gives it the words. Its own zone
//! file reader is not used: it does not survive some faulty texts, and reading signature times
//! as dates takes it a calendar library that is larger than all of the lab's DNS.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};
use domain::base::iana::SecurityAlgorithm;
use domain::base::rdata::UnknownRecordData;
use domain::base::scan::{
    ConvertSymbols, EntrySymbol, IterScanner, Scan, Scanner, ScannerError, StrError, Symbol,
};
use domain::base::{CharStr, Rtype, Ttl};
use domain::dep::octseq::str::Str;
use domain::rdata::dnssec::Timestamp;
use domain::rdata::{self, Rrsig, ZoneRecordData};
use domain::utils::base64;

use super::entries::Word;
use crate::dns::name::RawName;
use crate::dns::{Name, Rdata};

/// The words of an entry that are left, and what names without a final dot belong to.
#[derive(Debug)]
pub(super) struct Words<'a> {
    /// The words.
    words: VecDeque<Word>,
    /// The origin.
    origin: &'a Name,
}

impl<'a> Words<'a> {
    /// The words of an entry.
    pub(super) fn new(words: VecDeque<Word>, origin: &'a Name) -> Self {
        Self { words, origin }
    }

    /// The next word.
    pub(super) fn peek(&self) -> Option<&str> {
        self.words.front().map(|word| word.text.as_str())
    }

    /// Takes the next word.
    pub(super) fn next(&mut self) -> Result<Word, StrError> {
        self.words.pop_front().ok_or_else(StrError::end_of_entry)
    }

    /// A scanner for the next word alone.
    fn one(&mut self) -> Result<IterScanner<std::array::IntoIter<String, 1>, Bytes>, StrError> {
        Ok(IterScanner::new([self.next()?.text]))
    }

    /// A scanner for all words that are left.
    fn rest(&mut self) -> IterScanner<std::vec::IntoIter<String>, Bytes> {
        let words: Vec<String> = self.words.drain(..).map(|word| word.text).collect();
        IterScanner::new(words)
    }

    /// Reads a name: `@` is the origin, and what has no final dot lies below it.
    pub(super) fn name(&mut self) -> Result<RawName, StrError> {
        let Word { text, is_quoted } = self.next()?;
        if text == "@" && !is_quoted {
            return Ok(self.origin.raw().clone());
        }
        // A dot that is escaped belongs to the label.
        let is_whole = text.strip_suffix('.').is_some_and(|rest| {
            let escapes = rest.len() - rest.trim_end_matches('\\').len();
            escapes.is_multiple_of(2)
        });
        let text = match is_whole {
            true => text,
            false if self.origin.is_root() => format!("{text}."),
            false => format!("{text}.{}", self.origin),
        };
        RawName::from_chars(text.chars()).map_err(|_| StrError::custom("invalid domain name"))
    }

    /// Reads the data of a record to the end of its entry.
    pub(super) fn record_data(&mut self, rtype: Rtype) -> Result<Rdata, StrError> {
        let data = if self.peek() == Some("\\#") {
            self.next()?;
            UnknownRecordData::scan_without_marker(rtype, self).map(ZoneRecordData::Unknown)
        } else {
            self.known_data(rtype)
        }?;
        match self.words.is_empty() {
            true => Ok(data),
            false => Err(StrError::trailing_tokens()),
        }
    }

    /// Reads the data of a record of a type with a form of its own.
    fn known_data(&mut self, rtype: Rtype) -> Result<Rdata, StrError> {
        macro_rules! read {
            ($($rtype:ident => $kind:ident,)*) => {
                match rtype {
                    $(Rtype::$rtype => rdata::$kind::scan(self).map(ZoneRecordData::$kind),)*
                    Rtype::RRSIG => self.signature(),
                    _ => Err(StrError::custom(
                        "this type is not known here: write its data as \\# LENGTH HEX",
                    )),
                }
            };
        }
        read! {
            A => A,
            AAAA => Aaaa,
            CAA => Caa,
            CDNSKEY => Cdnskey,
            CDS => Cds,
            CNAME => Cname,
            DNAME => Dname,
            DNSKEY => Dnskey,
            DS => Ds,
            HINFO => Hinfo,
            HTTPS => Https,
            IPSECKEY => Ipseckey,
            MB => Mb,
            MD => Md,
            MF => Mf,
            MG => Mg,
            MINFO => Minfo,
            MR => Mr,
            MX => Mx,
            NAPTR => Naptr,
            NS => Ns,
            NSEC => Nsec,
            NSEC3 => Nsec3,
            NSEC3PARAM => Nsec3param,
            OPENPGPKEY => Openpgpkey,
            PTR => Ptr,
            RP => Rp,
            SOA => Soa,
            SRV => Srv,
            SSHFP => Sshfp,
            SVCB => Svcb,
            TLSA => Tlsa,
            TXT => Txt,
            ZONEMD => Zonemd,
        }
    }

    /// Reads a signature, whose times are dates or seconds ([RFC 4034 §3.2](https://www.rfc-editor.org/rfc/rfc4034#section-3.2)).
    fn signature(&mut self) -> Result<Rdata, StrError> {
        let signature = Rrsig::new(
            Rtype::scan(self)?,
            SecurityAlgorithm::scan(self)?,
            u8::scan(self)?,
            Ttl::scan(self)?,
            self.signature_time()?,
            self.signature_time()?,
            u16::scan(self)?,
            self.name()?,
            self.convert_entry(base64::SymbolConverter::new())?,
        );
        signature
            .map(ZoneRecordData::Rrsig)
            .map_err(|_| StrError::custom("this signature is too long"))
    }

    /// Reads `YYYYMMDDHHmmSS` or seconds since 1970.
    fn signature_time(&mut self) -> Result<Timestamp, StrError> {
        let word = self.next()?.text;
        let seconds = match word.len() {
            14 => seconds_of_date(&word),
            _ => word.parse().ok(),
        };
        seconds
            .map(Timestamp::from)
            .ok_or_else(|| StrError::custom("write a signature's time as YYYYMMDDHHmmSS"))
    }
}

/// The seconds since 1970 of a date and time in UTC, modulo 2^32.
fn seconds_of_date(text: &str) -> Option<u32> {
    if !text.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u64>().ok();
    let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
    let (hour, minute, second) = (number(8, 10)?, number(10, 12)?, number(12, 14)?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [
        31,
        28 + u64::from(is_leap),
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let before = usize::try_from(month).ok()?.checked_sub(1)?;
    let is_date = year >= 1970 && (1..=*lengths.get(before)?).contains(&day);
    if !is_date || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let years = year - 1;
    // Days since the first of January of year 1; 719 162 of them passed before 1970.
    let days = years * 365 + years / 4 - years / 100
        + years / 400
        + lengths[..before].iter().sum::<u64>()
        + day
        - 1
        - 719_162;
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    u32::try_from(seconds % (1 << 32)).ok()
}

impl Scanner for Words<'_> {
    type Octets = Bytes;
    type OctetsBuilder = BytesMut;
    type Name = RawName;
    type Error = StrError;

    fn has_space(&self) -> bool {
        false
    }

    fn continues(&mut self) -> bool {
        !self.words.is_empty()
    }

    fn scan_symbols<F>(&mut self, op: F) -> Result<(), StrError>
    where
        F: FnMut(Symbol) -> Result<(), StrError>,
    {
        self.one()?.scan_symbols(op)
    }

    fn scan_entry_symbols<F>(&mut self, op: F) -> Result<(), StrError>
    where
        F: FnMut(EntrySymbol) -> Result<(), StrError>,
    {
        self.rest().scan_entry_symbols(op)
    }

    fn convert_token<C: ConvertSymbols<Symbol, StrError>>(
        &mut self,
        convert: C,
    ) -> Result<Bytes, StrError> {
        self.one()?.convert_token(convert)
    }

    fn convert_entry<C: ConvertSymbols<EntrySymbol, StrError>>(
        &mut self,
        convert: C,
    ) -> Result<Bytes, StrError> {
        self.rest().convert_entry(convert)
    }

    fn scan_octets(&mut self) -> Result<Bytes, StrError> {
        self.one()?.scan_octets()
    }

    fn scan_svcb_octets(&mut self) -> Result<Bytes, StrError> {
        self.scan_octets()
    }

    fn scan_ascii_str<F, T>(&mut self, op: F) -> Result<T, StrError>
    where
        F: FnOnce(&str) -> Result<T, StrError>,
    {
        self.one()?.scan_ascii_str(op)
    }

    fn scan_name(&mut self) -> Result<RawName, StrError> {
        self.name()
    }

    fn scan_charstr(&mut self) -> Result<CharStr<Bytes>, StrError> {
        self.one()?.scan_charstr()
    }

    fn scan_string(&mut self) -> Result<Str<Bytes>, StrError> {
        self.one()?.scan_string()
    }

    fn scan_charstr_entry(&mut self) -> Result<Bytes, StrError> {
        self.rest().scan_charstr_entry()
    }

    fn scan_opt_unknown_marker(&mut self) -> Result<bool, StrError> {
        // Whoever reads record data has looked for it before.
        Ok(false)
    }

    fn octets_builder(&mut self) -> Result<BytesMut, StrError> {
        Ok(BytesMut::new())
    }
}
