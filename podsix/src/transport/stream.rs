//! A stream of bytes to the other end: a socket, or memory.

use std::io::{self, Read, Write};
use std::net::Shutdown;

use mio::net::TcpStream;

use super::memory::MemoryStream;
use super::platform::SHORT_READ_IS_LAST;

#[derive(Debug)]
pub(crate) enum Stream {
    Tcp(TcpStream),
    Memory(MemoryStream),
    #[cfg(test)]
    Scripted(super::scripted::ScriptedStream),
}

impl Stream {
    /// Whether a read that did not fill its buffer has taken all there is, and
    /// whatever comes then is told anew.
    pub(crate) fn short_read_is_last(&self) -> bool {
        match self {
            Self::Tcp(_) => SHORT_READ_IS_LAST,
            // What came in two pieces is read in two, and the end behind the
            // last bytes was told together with them.
            Self::Memory(_) => false,
            #[cfg(test)]
            Self::Scripted(_) => false,
        }
    }

    /// Tells the other end that nothing more comes.
    pub(crate) fn shut_down_writing(&self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.shutdown(Shutdown::Write),
            Self::Memory(stream) => {
                stream.shut_down_writing();
                Ok(())
            }
            #[cfg(test)]
            Self::Scripted(_) => Ok(()),
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(buffer),
            Self::Memory(stream) => stream.read(buffer),
            #[cfg(test)]
            Self::Scripted(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.write(bytes),
            Self::Memory(stream) => stream.write(bytes),
            #[cfg(test)]
            Self::Scripted(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
