//! The code that `#[derive(Message)]` generates.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::ast::{Action, Body, Form, Message};
use super::generics::Generics;
use super::wrapper::Wire;
use crate::case::plain;
use crate::{lifetimes, spelling};

/// Input:
/// ```text
/// enum ToServer { Nickname { nickname: String }, Ping(u32), Quit }
/// ```
///
/// Output:
/// ```text
/// const _: () = {
///     mod __fields {
///         pub struct Nickname<A> { pub nickname: A }
///         pub struct Ping<A> { pub data: A }
///         pub struct Quit {}
///     }
///     impl ToServer {
///         pub fn network_nickname(..) -> Result<(), Failure> { .. }
///         ..
///     }
///     static __TABLE: Table = ..;
///     impl Message for ToServer { .. }
///     impl<'de> Incoming<'de> for ToServer { .. }
/// };
/// ```
pub(crate) fn message(message: &Message<'_>) -> TokenStream {
    let expander = Expander::new(message);
    let wrappers = expander.wrappers();
    let impl_message = expander.impl_message();
    let reading = if message.send_only {
        let definitions = expander.definitions(false);
        quote!(#definitions)
    } else {
        let definitions = expander.definitions(true);
        let markers = expander.markers();
        let incoming = expander.impl_incoming();
        quote!(#definitions #markers #incoming)
    };
    quote! {
        const _: () = {
            #reading
            #wrappers
            #impl_message
        };
    }
}

/// What keeps one mistake from becoming thirty: the traits, with nothing in
/// them but the errors. Where the errors stand, they make a table that the
/// compiler knows to be wrong, so that it says nothing of the handlers either.
pub(crate) fn fallback(message: &Message<'_>, errors: &TokenStream) -> TokenStream {
    let krate = &message.krate;
    let generics = Generics::new(message.generics, krate, message.send_only);
    let (ident, arguments, family) = (message.ident, generics.arguments(), generics.family());
    let (params, clause) = generics.for_impl(&quote!());
    let de = &generics.de;
    let (de_params, _) = generics.for_impl(&quote!(#de));
    quote! {
        #[automatically_derived]
        impl #params #krate::Message for #ident #arguments #clause {
            type Family = #ident #family;
            const ACTIONS: &'static [&'static ::core::primitive::str] = &[];
            const TABLE: &'static #krate::__private::Table = { #errors };
            fn slot(&self) -> ::core::primitive::usize {
                0
            }
            fn encode<__S: #krate::__private::Sink>(
                &self,
                _: &mut __S,
            ) -> ::core::result::Result<(), #krate::__private::FieldProblem> {
                ::core::result::Result::Ok(())
            }
        }
        #[automatically_derived]
        impl #de_params #krate::Incoming<#de> for #ident #arguments #clause {
            fn decode(
                _: ::core::primitive::usize,
                event: &#de #krate::Event,
            ) -> ::core::result::Result<Self, #krate::__private::Failure> {
                ::core::result::Result::Err(event.no_such_action())
            }
        }
    }
}

struct Expander<'a> {
    message: &'a Message<'a>,
    generics: Generics<'a>,
    private: TokenStream,
}

impl<'a> Expander<'a> {
    fn new(message: &'a Message<'a>) -> Self {
        let krate = &message.krate;
        Self {
            message,
            generics: Generics::new(message.generics, krate, message.send_only),
            private: quote!(#krate::__private),
        }
    }

    fn wire(&self, action: usize, field: usize) -> Option<Wire<'_>> {
        Wire::new(self.message, (action, field), &self.generics, &self.private)
    }

    fn wires(&self) -> impl Iterator<Item = Wire<'_>> {
        let actions = self.message.actions.iter().enumerate();
        let places = actions.flat_map(|(action, of)| {
            let fields = 0..of.body.fields().len();
            fields.map(move |field| (action, field))
        });
        places.filter_map(|(action, field)| self.wire(action, field))
    }

    fn wrappers(&self) -> TokenStream {
        self.wires().map(|wire| wire.impls()).collect()
    }

    /// The module of everything that is named after a variant: there, `Card`
    /// does not hide the user's own `Card` from the types of the fields. For
    /// the same reason the types of the fields are parameters.
    fn definitions(&self, payloads: bool) -> TokenStream {
        let wrappers: TokenStream = self.wires().map(|wire| wire.definition()).collect();
        let payloads = self
            .message
            .actions
            .iter()
            .filter(|_| payloads)
            .map(|action| {
                let name = at_call_site(action.ident);
                let fields = action.body.fields().iter();
                let idents: Vec<_> = fields.map(|field| &field.ident).collect();
                let params: Vec<_> = (0..idents.len())
                    .map(|index| format_ident!("T{index}"))
                    .collect();
                quote!(pub struct #name<#(#params),*> { #(pub #idents: #params,)* })
            });
        let payloads: TokenStream = payloads.collect();
        if payloads.is_empty() && wrappers.is_empty() {
            return quote!();
        }
        quote! {
            #[doc(hidden)]
            mod __fields {
                #payloads
                #wrappers
            }
        }
    }

    /// Input:
    /// ```text
    /// Nickname { nickname: String },
    /// ```
    ///
    /// Output:
    /// ```text
    /// pub fn network_nickname(
    ///     mut source: Source<'_>,
    ///     take: impl FnOnce(__fields::Nickname<String>) -> Result<(), Failure>,
    /// ) -> Result<(), Failure> {
    ///     let payload = __fields::Nickname { nickname: source.field::<String>("nickname")? };
    ///     source.finish()?;
    ///     take(payload)
    /// }
    /// ```
    // The payload is not returned, since in a result with an error it would lie in memory.
    fn markers(&self) -> TokenStream {
        let krate = &self.message.krate;
        let (vis, ident, arguments) = (
            self.message.vis,
            self.message.ident,
            self.generics.arguments(),
        );
        let (params, clause) = self.generics.for_impl(&quote!());
        let de = &self.generics.de;
        let de_param = self.generics.de_outlives();
        let [source, payload, take] = ["source", "payload", "take"].map(local);
        let actions = self.message.actions.iter().enumerate();
        let markers = actions.map(|(slot, action)| {
            let name = format_ident!("network_{}", action.method);
            let fields_struct = at_call_site(action.ident);
            let fields = action.body.fields();
            let idents = fields.iter().map(|field| &field.ident);
            let types = fields.iter().map(|field| field.ty);
            let fields_ty = quote!(__fields::#fields_struct<#(#types),*>);
            let is_read = fields.iter().any(|field| !matches!(field.form, Form::Skip));
            let mutability = is_read.then(|| quote!(mut));
            let fields = 0..fields.len();
            let values = fields.map(|field| Some(self.wire(slot, field)?.read(&source)));
            quote! {
                #[doc(hidden)]
                #[inline(always)]
                #vis fn #name<#de_param>(
                    #mutability #source: #krate::__private::Source<#de>,
                    #take: impl ::core::ops::FnOnce(
                        #fields_ty,
                    ) -> ::core::result::Result<(), #krate::__private::Failure>,
                ) -> ::core::result::Result<(), #krate::__private::Failure> {
                    let #payload = __fields::#fields_struct { #(#idents: #values,)* };
                    #source.finish()?;
                    #take(#payload)
                }
            }
        });
        quote! {
            #[automatically_derived]
            impl #params #ident #arguments #clause {
                #(#markers)*
            }
        }
    }

    /// Input:
    /// ```text
    /// enum ToServer { Nickname { nickname: String }, Quit }
    /// ```
    ///
    /// Output:
    /// ```text
    /// static __TABLE: Table = Table { name: "ToServer", actions: &[..] };
    /// impl Message for ToServer {
    ///     type Family = ToServer;
    ///     const ACTIONS: &'static [&'static str] = &["nickname", "quit"];
    ///     const TABLE: &'static Table = &__TABLE;
    ///     fn slot(&self) -> usize {
    ///         match self { Self::Nickname { .. } => 0, Self::Quit => 1 }
    ///     }
    ///     fn encode<S: Sink>(&self, sink: &mut S) -> Result<(), FieldProblem> {
    ///         match self {
    ///             Self::Nickname { nickname } => sink.field::<String>("nickname", nickname)?,
    ///             Self::Quit => {}
    ///         }
    ///         Ok(())
    ///     }
    /// }
    /// ```
    fn impl_message(&self) -> TokenStream {
        let (krate, private) = (&self.message.krate, &self.private);
        let (ident, arguments) = (self.message.ident, self.generics.arguments());
        let family = self.generics.family();
        let (params, clause) = self.generics.for_impl(&quote!());
        let names = self.message.actions.iter().map(|action| &action.name);
        let paths = self.message.actions.iter().map(|action| &action.path);
        let slots = (0..self.message.actions.len()).map(Literal::usize_unsuffixed);
        let sink = local("sink");
        let writes = (0..self.message.actions.len()).map(|slot| self.write(slot, &sink));
        let table = self.table();
        // One address for each enum, except where a static can't name its types.
        let (definition, table) = if self.generics.has_types() {
            (quote!(), quote!(#table))
        } else {
            (
                quote!(static __TABLE: #private::Table = #table;),
                quote!(__TABLE),
            )
        };
        quote! {
            #definition
            #[automatically_derived]
            impl #params #krate::Message for #ident #arguments #clause {
                type Family = #ident #family;
                const ACTIONS: &'static [&'static ::core::primitive::str] = &[#(#names),*];
                const TABLE: &'static #private::Table = &#table;
                #[inline]
                fn slot(&self) -> ::core::primitive::usize {
                    match self {
                        #(#paths { .. } => #slots,)*
                    }
                }
                // Where it is known what is written to, as on the native wire, nothing
                // but that is left of it.
                #[inline(always)]
                fn encode<__S: #private::Sink>(
                    &self,
                    #sink: &mut __S,
                ) -> ::core::result::Result<(), #private::FieldProblem> {
                    match self {
                        #(#writes)*
                    }
                    ::core::result::Result::Ok(())
                }
            }
        }
    }

    fn table(&self) -> TokenStream {
        let private = &self.private;
        let name = plain(self.message.ident);
        let actions = self
            .message
            .actions
            .iter()
            .enumerate()
            .map(|(slot, action)| {
                let (name, method) = (&action.name, &action.method);
                let (params, shape) = (params(action), self.shape(slot, action));
                quote! {
                    #private::Action {
                        name: #name,
                        method: #method,
                        params: #params,
                        shape: #shape,
                    }
                }
            });
        quote!(#private::Table { name: #name, actions: &[#(#actions),*] })
    }

    fn shape(&self, slot: usize, action: &Action<'_>) -> TokenStream {
        if self.message.send_only {
            return quote!(::core::option::Option::None);
        }
        let shape = local("fields");
        let fields = action.body.fields().iter().enumerate();
        let fields = fields.filter(|(_, field)| !matches!(field.form, Form::Skip));
        let fields = fields.filter_map(|(index, _)| Some(self.wire(slot, index)?.trace(&shape)));
        let fields: TokenStream = fields.collect();
        if fields.is_empty() {
            return quote!(::core::option::Option::Some(|_| {}));
        }
        quote!(::core::option::Option::Some(|#shape| { #fields }))
    }

    fn write(&self, slot: usize, sink: &Ident) -> Option<TokenStream> {
        let action = self.message.actions.get(slot)?;
        let path = &action.path;
        let mut pattern = quote!();
        let mut writes = quote!();
        for (index, field) in action.body.fields().iter().enumerate() {
            // Named by position, so that no field's name can hide `sink`.
            let value = local(&format!("field{index}"));
            let member = match action.body {
                Body::Newtype(_) => quote!(0),
                _ => {
                    let ident = &field.ident;
                    quote!(#ident)
                }
            };
            if matches!(field.form, Form::Skip) {
                pattern.extend(quote!(#member: _,));
                continue;
            }
            pattern.extend(quote!(#member: #value,));
            let write = self.wire(slot, index)?.write(sink, &value);
            writes.extend(quote!(#write?;));
        }
        Some(quote!(#path { #pattern } => { #writes }))
    }

    /// Input:
    /// ```text
    /// enum ToClient<'a> { Players { names: Vec<&'a str> }, Quit }
    /// ```
    ///
    /// Output:
    /// ```text
    /// impl<'de: 'a, 'a> Incoming<'de> for ToClient<'a> {
    ///     fn decode(slot: usize, event: &'de Event) -> Result<Self, Failure> {
    ///         let mut message = None;
    ///         match slot {
    ///             0 => Self::network_players(event.source(), |payload| {
    ///                 message = Some(Self::Players { names: payload.names });
    ///                 Ok(())
    ///             })?,
    ///             ..
    ///             _ => {}
    ///         }
    ///         message.ok_or_else(|| event.no_such_action())
    ///     }
    /// }
    /// ```
    fn impl_incoming(&self) -> TokenStream {
        let krate = &self.message.krate;
        let (ident, arguments) = (self.message.ident, self.generics.arguments());
        let de = &self.generics.de;
        let (params, clause) = self.generics.for_impl(&self.generics.de_outlives());
        let [slot, event, message, payload] = ["slot", "event", "message", "payload"].map(local);
        let actions = self.message.actions.iter().enumerate();
        let arms = actions.map(|(index, action)| {
            let index = Literal::usize_unsuffixed(index);
            let marker = format_ident!("network_{}", action.method);
            let path = &action.path;
            let fields = action.body.fields().iter();
            let fields = fields.map(|field| {
                let ident = &field.ident;
                match action.body {
                    Body::Newtype(_) => quote!(0: #payload.#ident),
                    _ => quote!(#ident: #payload.#ident),
                }
            });
            let pattern = if action.body.fields().is_empty() {
                quote!(_)
            } else {
                quote!(#payload)
            };
            quote! {
                #index => Self::#marker(#event.source(), |#pattern| {
                    #message = ::core::option::Option::Some(#path { #(#fields),* });
                    ::core::result::Result::Ok(())
                })?,
            }
        });
        quote! {
            #[automatically_derived]
            impl #params #krate::Incoming<#de> for #ident #arguments #clause {
                #[inline]
                fn decode(
                    #slot: ::core::primitive::usize,
                    #event: &#de #krate::Event,
                ) -> ::core::result::Result<Self, #krate::__private::Failure> {
                    let mut #message = ::core::option::Option::None;
                    match #slot {
                        #(#arms)*
                        _ => {}
                    }
                    #message.ok_or_else(|| #event.no_such_action())
                }
            }
        }
    }
}

/// The fields as parameters of a handler, for a method that is missing:
/// `who: &str, text: String`.
fn params(action: &Action<'_>) -> String {
    let fields = action.body.fields().iter();
    let params = fields.map(|field| {
        let ty = lifetimes::renamed(field.ty.to_token_stream(), &|lifetime| {
            (lifetime != "static").then_some("_")
        });
        let ty = spelling::of(&ty).replace("&'_ ", "&");
        format!("{}: {ty}", field.ident)
    });
    params.collect::<Vec<_>>().join(", ")
}

/// The same name without the user's span, where no lint and no error is theirs.
fn at_call_site(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(Span::call_site());
    ident
}

/// A local variable of the generated code, which no name of the user's can meet.
fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
