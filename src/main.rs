//! Mounts the lab; in a worker, runs crowds for it.

fn main() {
    if !dns_lab::app::serve_in_worker() {
        dns_lab::app::mount();
    }
}
