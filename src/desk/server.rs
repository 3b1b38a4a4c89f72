//! Listens, and serves each connection within limits of time and number.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use hyper::server::conn::http1;
use hyper_util::rt::TokioTimer;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::write_limit::WriteLimit;
use super::{guard, message_page};

/// Limits for connections.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// The most connections that are served at the same time.
    served: usize,
    /// The most connections that wait to be served. Others are not accepted until these are served or refused.
    waiting: usize,
    /// Time that a connection waits. Then it is refused.
    wait: Duration,
    /// Time in which the head of a request must arrive. It also ends idle connections.
    head: Duration,
    /// Time in which the other side must read something of an answer.
    write: Duration,
    /// Time in which requests end after Ctrl-C.
    closing: Duration,
}

/// Limits of the desk. A browser opens up to six connections.
pub(super) const LIMITS: Limits = Limits {
    served: 32,
    waiting: 32,
    wait: Duration::from_secs(15),
    head: Duration::from_secs(10),
    write: Duration::from_secs(20),
    closing: Duration::from_secs(10),
};

/// Serves requests until `stop` is ready, then finishes those that have begun.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) -> Result<(), io::Error> {
    let served = Arc::new(Semaphore::new(limits.served));
    let accepted = Arc::new(Semaphore::new(limits.served + limits.waiting));
    let refusing = Router::new().fallback(refuse);
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let next = async {
            // The semaphores are never closed.
            let permit = Arc::clone(&accepted).acquire_owned().await.ok();
            (permit, listener.accept().await)
        };
        let (permit, next) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        let stream = match next {
            Ok((stream, _)) => WriteLimit::new(stream, limits.write),
            // A connection that failed is not the listener's fault.
            Err(error) if is_of_connection(&error) => continue,
            Err(error) => return Err(error),
        };
        let (served, watcher) = (Arc::clone(&served), graceful.watcher());
        let (router, refusing) = (router.clone(), refusing.clone());
        tokio::spawn(async move {
            let place = tokio::time::timeout(limits.wait, served.acquire_owned()).await;
            let router = if place.is_ok() { router } else { refusing };
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(limits.head)
                .max_buf_size(MAX_HEAD)
                // A refused connection is closed after its answer.
                .keep_alive(place.is_ok())
                .serve_connection(stream, TowerToHyperService::new(router));
            // A browser that goes away is no failure.
            let _ = watcher.watch(connection).await;
            drop((place, permit));
        });
    }
    let _ = tokio::time::timeout(limits.closing, graceful.shutdown()).await;
    Ok(())
}

/// Answers a request for which there is no place.
async fn refuse() -> Response {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    guard::sealed(message_page::answer(status, &message_page::TOO_MANY))
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

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use axum::routing::get;
    use tokio::sync::oneshot;

    use super::*;

    /// More than the buffers of a connection take.
    const LARGE: usize = 64 << 20;

    /// Serves a small and a large answer within limits, and runs `use_it` meanwhile.
    fn with_server(limits: Limits, use_it: impl FnOnce(SocketAddr) + Send + 'static) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
            let address = listener.local_addr().unwrap();
            let large: &[u8] = vec![b'a'; LARGE].leak();
            let router = Router::new()
                .route("/small", get(async || "small"))
                .route("/large", get(async move || large));
            let (ended, end) = oneshot::channel();
            let user = std::thread::spawn(move || {
                use_it(address);
                ended.send(())
            });
            let stop = async { end.await.unwrap_or_default() };
            serve(listener, router, limits, stop).await.unwrap();
            assert!(user.join().is_ok(), "see the message above");
        });
    }

    /// Sends a request, and reads nothing.
    fn asked(address: SocketAddr, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).unwrap();
        let time = Some(Duration::from_secs(30));
        stream.set_read_timeout(time).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        stream
    }

    /// Reads the head of an answer.
    fn head(mut stream: &TcpStream) -> String {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        String::from_utf8(head).unwrap().to_lowercase()
    }

    #[test]
    fn connections_that_read_nothing_end() {
        let limits = Limits {
            served: 3,
            write: Duration::from_millis(200),
            ..LIMITS
        };
        let both_others = limits.write * 3;
        with_server(limits, move |address| {
            let idle: Vec<TcpStream> = (0..3).map(|_| asked(address, "/large")).collect();
            let served = asked(address, "/small");
            assert!(head(&served).starts_with("http/1.1 200"));
            // The other two end a moment later.
            std::thread::sleep(both_others);
            // What the buffers had can be read. Then the answer breaks off.
            for mut stream in idle {
                let mut answer = Vec::new();
                let _ = stream.read_to_end(&mut answer);
                assert!(answer.len() < LARGE, "{}", answer.len());
            }
        });
    }

    #[test]
    fn slow_readers_get_the_whole_answer() {
        let limits = Limits {
            write: Duration::from_millis(400),
            ..LIMITS
        };
        with_server(limits, |address| {
            let mut stream = asked(address, "/large");
            head(&stream);
            // Longer than the limit in all, and shorter each time.
            let mut left = LARGE;
            let mut piece = vec![0; LARGE / 8];
            while left > 0 {
                std::thread::sleep(Duration::from_millis(80));
                let count = left.min(piece.len());
                stream.read_exact(&mut piece[..count]).unwrap();
                left -= count;
            }
        });
    }

    #[test]
    fn connections_without_a_place_are_refused_and_closed() {
        let limits = Limits {
            served: 2,
            wait: Duration::from_millis(200),
            ..LIMITS
        };
        with_server(limits, |address| {
            let idle: Vec<TcpStream> = (0..2).map(|_| asked(address, "/large")).collect();
            for stream in &idle {
                assert!(head(stream).starts_with("http/1.1 200"));
            }
            let mut refused = asked(address, "/small");
            let answer = head(&refused);
            assert!(answer.starts_with("http/1.1 503"), "{answer}");
            assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
            assert!(
                answer.contains("\r\ncache-control: no-store\r\n"),
                "{answer}"
            );
            let mut rest = String::new();
            refused.read_to_string(&mut rest).unwrap();
            assert!(rest.contains("Too many windows"), "{rest}");
            drop(idle);
            let served = asked(address, "/small");
            assert!(head(&served).starts_with("http/1.1 200"));
        });
    }
}
