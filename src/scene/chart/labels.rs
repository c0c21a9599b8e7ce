//! Labels that keep clear of each other.

use crate::engine::order::sort_places;

/// Moves labels of one column so that none overlaps another, and each stays as near to the
/// place it wants as it can: `wanted` are the middles, `height` is that of one label, and all
/// lie between `top` and `bottom` if they fit at all. Returns the middles, in the order given.
pub fn spread(wanted: &[f64], height: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    sort_places(&mut order, &|a, b| wanted[a].total_cmp(&wanted[b]));
    // Labels that touch form a block, which stands where its members want it on average.
    let mut blocks: Vec<Block> = Vec::new();
    for &index in &order {
        let mut block = Block {
            members: vec![index],
            sum: wanted[index],
        };
        while let Some(before) = blocks.last() {
            if before.bottom(height, top, bottom) <= block.top(height, top, bottom) + 1e-9 {
                break;
            }
            let before = blocks.pop().unwrap_or_default();
            // A member wants the block's middle to be where its own place asks for it.
            let mut members = before.members;
            members.append(&mut block.members);
            block = Block {
                sum: members.iter().map(|&member| wanted[member]).sum(),
                members,
            };
        }
        blocks.push(block);
    }
    let mut places = vec![0.0; wanted.len()];
    for block in &blocks {
        let first = block.top(height, top, bottom) + height / 2.0;
        for (row, &member) in block.members.iter().enumerate() {
            places[member] = first + row as f64 * height;
        }
    }
    places
}

/// Labels without a gap between them.
#[derive(Default)]
struct Block {
    /// Their indices from top to bottom.
    members: Vec<usize>,
    /// The sum of the middles they want.
    sum: f64,
}

impl Block {
    /// The upper edge.
    fn top(&self, height: f64, top: f64, bottom: f64) -> f64 {
        let count = self.members.len() as f64;
        let tall = count * height;
        let wanted = self.sum / count - tall / 2.0;
        wanted.min(bottom - tall).max(top)
    }

    /// The lower edge.
    fn bottom(&self, height: f64, top: f64, bottom: f64) -> f64 {
        self.top(height, top, bottom) + self.members.len() as f64 * height
    }
}
