//! Octets in lines, each knowing the field it belongs to.

/// Octets in one line, as a narrow panel has room for.
const LINE: usize = 8;

/// A line of octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HexLine {
    /// The offset of the first octet: `0010`.
    pub offset: String,
    /// Up to eight octets.
    pub bytes: Vec<HexByte>,
    /// The same octets as ASCII, a dot for what cannot be printed.
    pub ascii: String,
}

/// One octet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HexByte {
    /// Two hexadecimal digits.
    pub text: String,
    /// The number of the field it belongs to.
    pub field: usize,
}

/// Octets in lines; `field_at` says which field an offset belongs to.
pub(super) fn hex_lines(octets: &[u8], field_at: impl Fn(usize) -> usize) -> Vec<HexLine> {
    let lines = octets.chunks(LINE).enumerate().map(|(line, octets)| {
        let start = line * LINE;
        let bytes = octets.iter().enumerate().map(|(index, octet)| HexByte {
            text: format!("{octet:02x}"),
            field: field_at(start + index),
        });
        let printable = |octet: &u8| {
            let is_visible = octet.is_ascii_graphic() || *octet == b' ';
            if is_visible { char::from(*octet) } else { '.' }
        };
        HexLine {
            offset: format!("{start:04x}"),
            bytes: bytes.collect(),
            ascii: octets.iter().map(printable).collect(),
        }
    });
    lines.collect()
}
