//! Listens, and serves each connection within limits of time and number.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// The most connections at the same time. Others wait.
const MAX_CONNECTIONS: usize = 32;
/// Time in which the head of a request must arrive. It also ends idle connections.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// Time in which requests end after Ctrl-C.
const CLOSING_TIME: Duration = Duration::from_secs(10);

/// Serves requests until `stop` is ready, then finishes those that have begun.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()>,
) -> Result<(), io::Error> {
    let connections = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = async {
            // The semaphore is never closed.
            let permit = Arc::clone(&connections).acquire_owned().await.ok();
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            // A connection that failed is not the listener's fault.
            Err(error) if is_of_connection(&error) => continue,
            Err(error) => return Err(error),
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIME)
            .max_buf_size(MAX_HEAD)
            .serve_connection(
                TokioIo::new(stream),
                TowerToHyperService::new(router.clone()),
            );
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A browser that goes away is no failure.
            let _ = connection.await;
            drop(permit);
        });
    }
    let _ = tokio::time::timeout(CLOSING_TIME, graceful.shutdown()).await;
    Ok(())
}

/// The most bytes of a request's head.
const MAX_HEAD: usize = 64 * 1024;

fn is_of_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

/// Opens a listener. The port 0 is any free port.
pub(super) async fn listen(address: SocketAddr) -> Result<TcpListener, io::Error> {
    TcpListener::bind(address).await
}
