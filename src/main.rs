//! Mounts the lab.

fn main() {
    dns_lab::app::mount();
}
