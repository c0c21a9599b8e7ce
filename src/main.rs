//! Mounts the lab.

fn main() {}
