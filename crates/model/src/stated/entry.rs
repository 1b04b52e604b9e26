//! The macros that describe an entry once: its type, its shape and its reading.

/// An entry: a type with one line per key, from which its shape and its reading follow. With `group`, every
/// key may be missing, the whole too, and a later file sets key by key. `one of` names keys of which one must be
/// there.
macro_rules! entry {
    (@shape $noun:literal, [$($about:literal)*], [$($need:literal)*], $($key:literal [$($says:literal)*] $type:ty,)*) => {
        &$crate::stated::shape::Fields {
            noun: $noun,
            about: concat!($($about),*),
            fields: &[$($crate::stated::shape::Field {
                key: $key,
                required: <$type as $crate::stated::take::Stated>::REQUIRED,
                shape: <$type as $crate::stated::take::Stated>::SHAPE,
                about: concat!($($says),*),
            }),*],
            one_of: &[$($need),*],
        }
    };
    (
        $(#[doc = $about:literal])+
        group $noun:literal $name:ident {
            $($(#[doc = $says:literal])+ $key:literal => $field:ident: $type:ty,)*
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct $name {
            $($(#[doc = $says])+ pub $field: $type,)*
        }

        impl $name {
            pub(crate) const FIELDS: &'static $crate::stated::shape::Fields =
                $crate::stated::entry::entry!(@shape $noun, [$($about)*], [], $($key [$($says)*] $type,)*);
        }

        impl $crate::stated::take::Stated for $name {
            const SHAPE: &'static $crate::stated::shape::Shape = &$crate::stated::shape::Shape::Map(Self::FIELDS);
            const REQUIRED: bool = false;

            fn take(spot: &$crate::stated::take::Spot<'_>) -> Option<Self> {
                spot.pairs()?;
                Some(Self { $($field: spot.field($key)?,)* })
            }

            fn absent() -> Option<Self> {
                Some(Self::default())
            }
        }

        impl $crate::stated::take::Join for $name {
            fn join(&mut self, later: Self) {
                $($crate::stated::take::Join::join(&mut self.$field, later.$field);)*
            }
        }
    };
    (
        $(#[doc = $about:literal])+
        $noun:literal $name:ident $(one of [$($need:literal),*])? {
            $($(#[doc = $says:literal])+ $key:literal => $field:ident: $type:ty,)*
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[doc = $says])+ pub $field: $type,)*
        }

        impl $name {
            pub(crate) const FIELDS: &'static $crate::stated::shape::Fields =
                $crate::stated::entry::entry!(@shape $noun, [$($about)*], [$($($need)*)?], $($key [$($says)*] $type,)*);
        }

        impl $crate::stated::take::Stated for $name {
            const SHAPE: &'static $crate::stated::shape::Shape = &$crate::stated::shape::Shape::Map(Self::FIELDS);

            fn take(spot: &$crate::stated::take::Spot<'_>) -> Option<Self> {
                spot.pairs()?;
                Some(Self { $($field: spot.field($key)?,)* })
            }
        }
    };
}
pub(crate) use entry;

/// One of several entries, told apart by their keys; `text` is the kind that is no map.
macro_rules! choice {
    (
        $(#[doc = $about:literal])+
        $noun:literal $name:ident {
            $(text $(#[doc = $tdoc:literal])+ $tname:ident($ttype:ty),)?
            $($(#[doc = $says:literal])+ $variant:ident($type:ty),)*
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name {
            $($(#[doc = $tdoc])+ $tname($ttype),)?
            $($(#[doc = $says])+ $variant($type),)*
        }

        impl $name {
            const CHOICE: &'static $crate::stated::shape::Choice = &$crate::stated::shape::Choice {
                noun: $noun,
                about: concat!($($about),*),
                text: $crate::stated::entry::choice!(@text $($ttype)?),
                maps: &[$(<$type>::FIELDS),*],
            };
        }

        impl $crate::stated::take::Stated for $name {
            const SHAPE: &'static $crate::stated::shape::Shape =
                &$crate::stated::shape::Shape::Choice(Self::CHOICE);
            const SINGLE: bool = Self::CHOICE.text.is_some();

            fn take(spot: &$crate::stated::take::Spot<'_>) -> Option<Self> {
                $(if spot.text().is_some() {
                    return <$ttype>::take(spot).map(Self::$tname);
                })?
                let takes: &[fn(&$crate::stated::take::Spot<'_>) -> Option<Self>] =
                    &[$(|spot| <$type>::take(spot).map(Self::$variant)),*];
                takes.get(Self::CHOICE.meant(spot.pairs()?)?)?(spot)
            }
        }
    };
    (@text) => { None };
    (@text $type:ty) => { Some(<$type as $crate::stated::take::Stated>::SHAPE) };
}
pub(crate) use choice;

/// Types that are text of a form.
macro_rules! form {
    ($($(#[doc = $about:literal])+ $name:ident, $form:expr;)*) => {$(
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            const FORM: $crate::stated::shape::Form = $form;

            /// The text; none where it has not the form.
            pub fn new(text: &str) -> Option<Self> {
                (Self::FORM.fits)(text).then(|| Self(text.to_owned()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl $crate::stated::take::Stated for $name {
            const SHAPE: &'static $crate::stated::shape::Shape =
                &$crate::stated::shape::Shape::Text(&Self::FORM);
            const SINGLE: bool = true;

            fn take(spot: &$crate::stated::take::Spot<'_>) -> Option<Self> {
                spot.text().and_then(Self::new)
            }
        }
    )*};
}
pub(crate) use form;
