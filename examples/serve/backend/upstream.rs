//! The resolver's sockets: one for each query to a server.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::{Buf as _, Bytes, BytesMut};
use dns_lab::dns::Message;
use dns_lab::engine::{Datagram, Payload, SimDuration, SimTime, Transport};
use mio::net::{TcpStream, UdpSocket};
use mio::{Interest, Registry, Token};

use crate::front::FIRST_FOREIGN_TOKEN;

/// Queries that wait for a server at once; then the oldest one gives way. Below the number of
/// files most systems let a program open.
const MAX_EXCHANGES: usize = 512;
/// How long a server is listened to; the resolver gives up sooner.
const PATIENCE: SimDuration = SimDuration::from_secs(30);
/// Octets read at once; longer than any UDP payload.
const CHUNK: usize = 65_536;
/// Datagrams read from one socket at once.
const DATAGRAMS_AT_ONCE: usize = 64;

/// One query on its way to a server and back.
#[derive(Debug)]
struct Exchange {
    /// The query.
    query: Arc<Message>,
    /// The address and port the resolver believes it sent it from.
    local: SocketAddr,
    /// The server.
    server: SocketAddr,
    /// When it was sent.
    opened: SimTime,
    /// The socket.
    socket: Socket,
}

/// A socket of either transport.
#[derive(Debug)]
enum Socket {
    /// A datagram socket that takes datagrams from the server only.
    Udp(UdpSocket),
    /// A connection for one query.
    Tcp {
        stream: TcpStream,
        /// What is left to send.
        output: BytesMut,
        /// What came so far.
        input: BytesMut,
    },
}

/// All queries that wait for servers.
#[derive(Debug)]
pub(crate) struct Upstream {
    /// Where sockets are registered.
    registry: Registry,
    /// By token; tokens grow, so the first is the oldest.
    exchanges: BTreeMap<Token, Exchange>,
    /// The next token.
    next_token: usize,
}

impl Upstream {
    /// No query yet.
    pub(crate) fn new(registry: Registry) -> Self {
        Self {
            registry,
            exchanges: BTreeMap::new(),
            next_token: FIRST_FOREIGN_TOKEN,
        }
    }

    /// Sends a query. One that cannot be sent is as good as lost on the way: the resolver's
    /// timeout deals with both.
    pub(crate) fn send(&mut self, now: SimTime, datagram: &Datagram) {
        let Payload::Message(query) = &datagram.payload else {
            return;
        };
        let Ok(octets) = query.encode() else {
            return;
        };
        if self.exchanges.len() >= MAX_EXCHANGES {
            self.exchanges.pop_first();
        }
        let (local, server) = (datagram.source, datagram.destination);
        let opened = match datagram.transport {
            Transport::Udp => open_udp(local, server, &octets),
            Transport::Tcp => open_tcp(server, &octets),
        };
        let Ok(mut socket) = opened else {
            return;
        };
        let token = Token(self.next_token);
        let registered = match &mut socket {
            Socket::Udp(udp) => self.registry.register(udp, token, Interest::READABLE),
            Socket::Tcp { stream, .. } => {
                let interest = Interest::READABLE | Interest::WRITABLE;
                self.registry.register(stream, token, interest)
            }
        };
        if registered.is_err() {
            return;
        }
        self.next_token += 1;
        let exchange = Exchange {
            query: Arc::clone(query),
            local,
            server,
            opened: now,
            socket,
        };
        self.exchanges.insert(token, exchange);
    }

    /// Takes what a socket has; what arrived from servers.
    pub(crate) fn handle_event(&mut self, token: Token) -> Vec<Datagram> {
        let Some(exchange) = self.exchanges.get_mut(&token) else {
            return Vec::new();
        };
        let (arrived, is_over) = exchange.attend();
        let arrived = arrived
            .into_iter()
            .map(|octets| exchange.datagram(octets))
            .collect();
        if is_over {
            self.exchanges.remove(&token);
        }
        arrived
    }

    /// When the oldest query is given up.
    pub(crate) fn next_due(&self) -> Option<SimTime> {
        let oldest = self.exchanges.first_key_value();
        oldest.map(|(_, exchange)| exchange.opened + PATIENCE)
    }

    /// Closes sockets of queries nobody waits for any more.
    pub(crate) fn expire(&mut self, now: SimTime) {
        while self.next_due().is_some_and(|due| due <= now) {
            self.exchanges.pop_first();
        }
    }
}

impl Exchange {
    /// Reads and writes what can be read and written now. What arrived, and whether the
    /// exchange is over.
    fn attend(&mut self) -> (Vec<Bytes>, bool) {
        match &mut self.socket {
            Socket::Udp(socket) => {
                let arrived = receive(socket);
                let is_over = arrived.iter().any(|octets| answers(&self.query, octets));
                (arrived, is_over)
            }
            Socket::Tcp {
                stream,
                output,
                input,
            } => match exchange_octets(stream, output, input) {
                Ok(None) => (Vec::new(), false),
                Ok(Some(octets)) => (vec![octets], true),
                Err(_) => (Vec::new(), true),
            },
        }
    }

    /// What arrived, as the resolver wants it.
    fn datagram(&self, octets: Bytes) -> Datagram {
        Datagram {
            source: self.server,
            destination: self.local,
            transport: match self.socket {
                Socket::Udp(_) => Transport::Udp,
                Socket::Tcp { .. } => Transport::Tcp,
            },
            payload: Payload::Octets(octets),
        }
    }
}

/// Whether `octets` answer the query. Anything else the resolver sees too, and ignores, while
/// the socket stays open for the real answer.
fn answers(query: &Message, octets: &Bytes) -> bool {
    Message::decode(octets.clone()).is_ok_and(|message| {
        message.flags.qr && message.id == query.id && message.question == query.question
    })
}

/// Opens a UDP socket on the port the resolver chose, or on any if that one is taken, and
/// sends.
fn open_udp(local: SocketAddr, server: SocketAddr, octets: &[u8]) -> io::Result<Socket> {
    let socket = UdpSocket::bind(local).or_else(|error| match error.kind() {
        ErrorKind::AddrInUse | ErrorKind::PermissionDenied => {
            UdpSocket::bind(SocketAddr::new(local.ip(), 0))
        }
        _ => Err(error),
    })?;
    // Only the server's datagrams get through from here on.
    socket.connect(server)?;
    socket.send(octets)?;
    Ok(Socket::Udp(socket))
}

/// Begins a TCP connection; the query is sent once it stands.
fn open_tcp(server: SocketAddr, octets: &[u8]) -> io::Result<Socket> {
    let length = u16::try_from(octets.len()).map_err(|_| ErrorKind::InvalidInput)?;
    let stream = TcpStream::connect(server)?;
    let mut output = BytesMut::from(&length.to_be_bytes()[..]);
    output.extend_from_slice(octets);
    Ok(Socket::Tcp {
        stream,
        output,
        input: BytesMut::new(),
    })
}

/// Reads the datagrams that came.
fn receive(socket: &UdpSocket) -> Vec<Bytes> {
    let mut arrived = Vec::new();
    let mut buffer = vec![0; CHUNK];
    for _ in 0..DATAGRAMS_AT_ONCE {
        match socket.recv(&mut buffer) {
            Ok(length) => arrived.push(Bytes::copy_from_slice(&buffer[..length])),
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            // The server's machine says that nobody listens: the resolver's timeout decides.
            Err(_) => {}
        }
    }
    arrived
}

/// Sends and reads on a connection; the response once it is whole.
fn exchange_octets(
    stream: &mut TcpStream,
    output: &mut BytesMut,
    input: &mut BytesMut,
) -> io::Result<Option<Bytes>> {
    while !output.is_empty() {
        match stream.write(output) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(length) => output.advance(length),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // The connection does not stand yet, or its buffer is full.
            Err(error) if is_unready(&error) => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    let mut chunk = vec![0; CHUNK];
    loop {
        if let Some(&length) = input.first_chunk::<2>() {
            let length = usize::from(u16::from_be_bytes(length));
            if input.len() >= length + 2 {
                input.advance(2);
                return Ok(Some(input.split_to(length).freeze()));
            }
        }
        match stream.read(&mut chunk) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(length) => input.extend_from_slice(&chunk[..length]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if is_unready(&error) => return Ok(None),
            Err(error) => return Err(error),
        }
    }
}

/// Whether to come back later.
fn is_unready(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::NotConnected
    )
}
