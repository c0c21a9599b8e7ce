//! Opening the sockets clients talk to.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use mio::net::{TcpListener, UdpSocket};
use mio::{Interest, Registry, Token};

/// How often a free port is looked for that UDP and TCP both have.
const PORT_ATTEMPTS: usize = 16;
/// Addresses at fault that are listed before the rest is only counted.
const FAULTS_SHOWN: usize = 3;

/// The two sockets of one address.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// The address, with the port that was chosen.
    pub(crate) address: SocketAddr,
    /// The UDP socket.
    pub(crate) udp: UdpSocket,
    /// The TCP socket that accepts connections.
    pub(crate) tcp: TcpListener,
}

/// Opens and registers the sockets of all addresses.
///
/// # Errors
/// The addresses that cannot be used, and what to do.
pub(crate) fn bind_all(
    registry: &Registry,
    addresses: &[SocketAddr],
) -> Result<Vec<Endpoint>, String> {
    let mut endpoints = Vec::new();
    let mut faults = Vec::new();
    for address in addresses {
        match bind(*address) {
            Ok(endpoint) => endpoints.push(endpoint),
            Err(error) => faults.push(explain(*address, &error)),
        }
    }
    if !faults.is_empty() {
        let hidden = faults.len().saturating_sub(FAULTS_SHOWN);
        faults.truncate(FAULTS_SHOWN);
        if hidden > 0 {
            faults.push(format!("and the same kind of trouble {hidden} more times"));
        }
        return Err(faults.join("\n"));
    }
    for (index, endpoint) in endpoints.iter_mut().enumerate() {
        let (udp, tcp) = (Token(index * 2), Token(index * 2 + 1));
        registry
            .register(&mut endpoint.udp, udp, Interest::READABLE)
            .and_then(|()| registry.register(&mut endpoint.tcp, tcp, Interest::READABLE))
            .map_err(|error| format!("cannot wait on {}: {error}", endpoint.address))?;
    }
    Ok(endpoints)
}

/// Opens UDP and TCP on one address, with the same port for both.
fn bind(address: SocketAddr) -> io::Result<Endpoint> {
    let mut attempts = if address.port() == 0 {
        PORT_ATTEMPTS
    } else {
        1
    };
    loop {
        attempts -= 1;
        let udp = UdpSocket::bind(address)?;
        let address = udp.local_addr()?;
        match TcpListener::bind(address) {
            Err(error) if error.kind() == ErrorKind::AddrInUse && attempts > 0 => {}
            Err(error) => return Err(error),
            Ok(tcp) => return Ok(Endpoint { address, udp, tcp }),
        }
    }
}

/// Why an address cannot be used and what to do, for the person at the keyboard.
fn explain(address: SocketAddr, error: &io::Error) -> String {
    let ip = address.ip();
    let reason = match error.kind() {
        ErrorKind::AddrInUse => "another program uses this address and port; stop it, or choose \
             another port"
            .to_owned(),
        ErrorKind::PermissionDenied => format!(
            "not permitted; port {} may need root, or choose a port above 1023",
            address.port()
        ),
        ErrorKind::AddrNotAvailable => format!(
            "this machine does not have the address; add it, for instance in a network \
             namespace with `ip address add {ip} dev lo`"
        ),
        _ => error.to_string(),
    };
    format!("cannot listen on {address}: {reason}")
}
