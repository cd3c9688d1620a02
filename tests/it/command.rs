//! The program, as a user starts it.

use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output};

/// The program with its arguments, still to be started.
pub(crate) fn command(args: &[impl AsRef<OsStr>]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_etalon"));
    command.args(args);
    command
}

/// Runs it to its end.
pub(crate) fn etalon(args: &[impl AsRef<OsStr>]) -> Output {
    command(args).output().expect("it runs")
}

/// Runs it in a directory.
pub(crate) fn etalon_in(dir: &Path, args: &[impl AsRef<OsStr>]) -> Output {
    command(args).current_dir(dir).output().expect("it runs")
}

/// An address where nobody listens and, while the socket is kept, nobody else can.
pub(crate) fn deaf() -> (tokio::net::TcpSocket, SocketAddr) {
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("loopback");
    let address = socket.local_addr().expect("bound");
    (socket, address)
}
