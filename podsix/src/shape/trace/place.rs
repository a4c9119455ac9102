//! Where in a type a pass is, and which types are being read around it.

/// Where in the type it is.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) frame: Option<&'a Frame<'a>>,
    // How many levels of the shape are around it.
    pub(super) depth: u8,
    // Which of the dummy values to take: the number of refusals from here outwards.
    pub(super) choice: u32,
}

/// A type that is being read.
pub(super) struct Frame<'a> {
    visitor: &'static str,
    names: &'static [&'static str],
    depth: u8,
    outer: Option<&'a Self>,
}

impl<'a> Place<'a> {
    pub(super) fn at(depth: u8) -> Self {
        Self {
            frame: None,
            depth,
            choice: 0,
        }
    }

    pub(super) fn frame<V>(&self, names: &'static [&'static str]) -> Frame<'a> {
        Frame {
            visitor: core::any::type_name::<V>(),
            names,
            depth: self.depth,
            outer: self.frame,
        }
    }

    /// One level further in.
    pub(super) fn inside<'b>(self, frame: &'b Frame<'a>) -> Place<'b>
    where
        'a: 'b,
    {
        Place {
            frame: Some(frame),
            depth: self.depth.saturating_add(1),
            ..self
        }
    }

    /// How many levels further out the same type is being read already.
    pub(super) fn again<V>(&self, names: &[&str]) -> Option<u8> {
        // The visitor tells types apart better than the name that serde gives, which is the same for a generic type
        // whatever its arguments; the names tell apart what happens to be called the same.
        let visitor = core::any::type_name::<V>();
        let frames = core::iter::successors(self.frame, |frame| frame.outer);
        let same = |frame: &&Frame<'_>| frame.visitor == visitor && frame.names == names;
        frames
            .into_iter()
            .find(same)
            .map(|frame| self.depth.saturating_sub(frame.depth))
    }

    /// How many elements a list has in this pass.
    pub(super) fn elements(&self, settled: bool, impossible: bool) -> u32 {
        match (impossible, settled) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => self.choice % 3,
        }
    }
}
