//! The code that `#[network_handler]` generates.

mod fallback;
mod linked;
mod loose;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;
use syn::{Attribute, Generics, Meta};

pub(crate) use self::fallback::fallback;
use self::linked::Link;
use super::args::Mode;
use super::ast::{Handler, Role, Wired};
use super::block::{Block, Method};

/// Input:
/// ```text
/// #[network_handler(ToServer)]
/// impl Chat {
///     fn network_connected(&mut self) { .. }
///     fn network_message(&mut self, channel: &mut Channel<Player>, message: String) { .. }
/// }
/// ```
///
/// Output:
/// ```text
/// impl Chat { /* as it was */ }
///
/// const _: () = {
///     const __TABLE: &Table = table_of::<ToServer>();
///     const __ARMS: &[&str] = &["message"];
///     static __BINDINGS: Bindings = Bindings { table: Some(__TABLE), arms: __ARMS };
///     const _: () =
///         all_handled(__TABLE, __ARMS, "Chat", ", channel: &mut Channel<Player>", "ToServer");
///
///     impl Chat {
///         /// The actions that this handler has methods for, ..
///         pub const ACTIONS: &'static [&'static str] = ..;
///     }
///     impl NetworkHandler<Channel<Player>> for Chat { .. }
/// };
/// ```
///
/// Without an enum there is no check, and no table.
pub(crate) fn handler(handler: &Handler<'_>, block: &Block) -> TokenStream {
    let link = match &handler.args.mode {
        Mode::Linked { linked, partial } => Some(Link::new(linked, *partial, handler, block)),
        Mode::Loose => None,
        Mode::Unknown => return fallback(handler, block),
    };
    let expander = Expander {
        handler,
        block,
        link,
    };
    let table = expander.link.as_ref().and_then(Link::table_const);
    let arms = expander.arms();
    let (check, _) = expander.checks();
    let bindings = expander.bindings_static();
    let actions = expander.impl_actions();
    let handler = expander.impl_handler();
    quote! {
        // The enum may have lifetimes that nobody needs to write.
        #[allow(elided_lifetimes_in_paths)]
        const _: () = {
            #table
            #arms
            #bindings
            #check
            #actions
            #handler
        };
    }
}

struct Expander<'a> {
    handler: &'a Handler<'a>,
    block: &'a Block,
    /// None in loose mode.
    link: Option<Link<'a>>,
}

impl Expander<'_> {
    fn arms(&self) -> TokenStream {
        let arms = self.handler.arms().map(|(wired, action)| {
            match predicate(wired.method) {
                // Arms keep their numbers whatever is configured.
                Some(cfg) => quote!(if ::core::cfg!(#cfg) { #action } else { "" }),
                None => quote!(#action),
            }
        });
        quote!(const __ARMS: &[&::core::primitive::str] = &[#(#arms),*];)
    }

    /// Whether an item that can't be generic can't name the enum.
    fn is_generic(&self) -> bool {
        self.link.as_ref().is_some_and(Link::is_generic)
    }

    /// The report of actions that no method handles: as an item, or, where the
    /// enum is known only when a function is compiled for certain types, as a
    /// statement.
    fn checks(&self) -> (Option<TokenStream>, Option<TokenStream>) {
        let check = self.link.as_ref().and_then(Link::check);
        match check {
            None => (None, None),
            Some(check) if self.is_generic() => (None, Some(quote!(const { #check };))),
            // It has to be an item: `cargo check` leaves constants in functions alone.
            Some(check) => (Some(quote!(const _: () = #check;)), None),
        }
    }

    /// One address for each block, where a static can name the enum.
    fn bindings_static(&self) -> TokenStream {
        if self.is_generic() {
            return quote!();
        }
        let krate = &self.handler.args.krate;
        let bindings = self.bindings_value();
        quote!(static __BINDINGS: #krate::__private::Bindings = #bindings;)
    }

    fn bindings_value(&self) -> TokenStream {
        let krate = &self.handler.args.krate;
        let table = match self.link.as_ref().map(Link::table) {
            Some(table) => quote!(::core::option::Option::Some(#table)),
            None => quote!(::core::option::Option::None),
        };
        quote! {
            #krate::__private::Bindings {
                table: #table,
                arms: __ARMS,
            }
        }
    }

    fn bindings(&self) -> TokenStream {
        if self.is_generic() {
            let bindings = self.bindings_value();
            quote!(const { &#bindings })
        } else {
            quote!(&__BINDINGS)
        }
    }

    fn impl_actions(&self) -> TokenStream {
        let ty = &self.block.head.self_ty;
        let (params, _, clause) = self.block.head.generics.split_for_impl();
        let actions = match &self.link {
            Some(link) => link.actions(),
            None => loose::actions(self.handler),
        };
        quote! {
            #[automatically_derived]
            impl #params #ty #clause {
                /// The actions that this handler has methods for, by the names that cross the wire.
                pub const ACTIONS: &'static [&'static ::core::primitive::str] = #actions;
            }
        }
    }

    /// Output:
    /// ```text
    /// trait Methods<C> { fn call<W: Way>(..) -> ..; }
    /// impl Methods<Channel<Player>> for Chat {
    ///     fn call<W: Way>(
    ///         &mut self,
    ///         context: &mut Channel<Player>,
    ///         event: &Event,
    ///     ) -> Result<(), Failure> {
    ///         let methods: &[Method<Self, Channel<Player>>] =
    ///             &[|handler, context, event| { .. }];
    ///         match methods.get(event.arm()) {
    ///             Some(method) => method(self, context, event),
    ///             None => Ok(()),
    ///         }
    ///     }
    /// }
    /// impl NetworkHandler<Channel<Player>> for Chat {
    ///     fn bindings(&self) -> &'static Bindings {
    ///         &__BINDINGS
    ///     }
    ///     fn handle(&mut self, context: &mut Channel<Player>, event: &Event) -> Result<(), Failure> {
    ///         Methods::call::<ByPlaces>(self, context, event)
    ///     }
    ///     fn handle_by_names(..) -> .. {
    ///         Methods::call::<ByNames>(self, context, event)
    ///     }
    ///     fn handle_change(
    ///         &mut self,
    ///         context: &mut Channel<Player>,
    ///         event: &Event,
    ///     ) -> Result<bool, Failure> {
    ///         match event.kind() {
    ///             EventKind::Connected => { self.network_connected(); Ok(true) }
    ///             _ => Ok(false),
    ///         }
    ///     }
    /// }
    /// ```
    fn impl_handler(&self) -> TokenStream {
        let krate = &self.handler.args.krate;
        let ty = &self.block.head.self_ty;
        let generics = match self.handler.context() {
            Some(_) => self.block.head.generics.clone(),
            None => with_any_context(&self.block.head.generics),
        };
        let (params, _, clause) = generics.split_for_impl();
        let context_ty = match self.handler.context() {
            Some(ty) => ty.to_token_stream(),
            None => quote!(__C),
        };
        let bindings = self.bindings();
        let (_, check) = self.checks();
        let (methods, handle) = self.handle(&generics, &context_ty);
        let handle_change = self.handle_change(&context_ty);
        let observe = self.observe(&context_ty);
        quote! {
            #methods
            #[automatically_derived]
            impl #params #krate::NetworkHandler<#context_ty> for #ty #clause {
                fn bindings(&self) -> &'static #krate::__private::Bindings {
                    #check
                    #bindings
                }
                #handle
                #handle_change
                #observe
            }
        }
    }

    /// The methods of messages, in a table: the one for a message is found as fast
    /// among many as among few. Those of an enum's are compiled for each way to read a
    /// message, which takes a trait of their own, since a function of
    /// `NetworkHandler` can't be generic; and then the functions that call them.
    fn handle(&self, generics: &Generics, context_ty: &TokenStream) -> (TokenStream, TokenStream) {
        let krate = &self.handler.args.krate;
        let [methods, method, context, event] =
            ["methods", "method", "context", "event"].map(local);
        let entries = self.methods();
        let mut body = quote!(::core::result::Result::Ok(()));
        if !entries.is_empty() {
            body = quote! {
                let #methods: &[#krate::__private::Method<Self, #context_ty>] =
                    &[#(#entries),*];
                match #methods.get(#event.arm()) {
                    ::core::option::Option::Some(#method) => #method(self, #context, #event),
                    ::core::option::Option::None => #body,
                }
            };
        }
        let failure = quote!(::core::result::Result<(), #krate::__private::Failure>);
        let arguments = |context_ty: &TokenStream| quote!(&mut self, #context: &mut #context_ty, #event: &#krate::Event);
        let (of_any, of_this) = (arguments(&quote!(__C)), arguments(context_ty));
        if self.link.is_none() {
            return (quote!(), quote!(fn handle(#of_this) -> #failure { #body }));
        }
        let ty = &self.block.head.self_ty;
        let (params, _, clause) = generics.split_for_impl();
        let methods = quote! {
            trait __Methods<__C> {
                fn call<__Way: #krate::__private::Way>(#of_any) -> #failure;
            }
            #[automatically_derived]
            impl #params __Methods<#context_ty> for #ty #clause {
                #[inline(always)]
                fn call<__Way: #krate::__private::Way>(#of_this) -> #failure {
                    #body
                }
            }
        };
        let call = |way: &str| {
            let way = Ident::new(way, Span::call_site());
            quote!(__Methods::call::<#krate::__private::#way>(self, #context, #event))
        };
        let (by_places, by_names) = (call("ByPlaces"), call("ByNames"));
        let handle = quote! {
            fn handle(#of_this) -> #failure { #by_places }
            fn handle_by_names(#of_this) -> #failure { #by_names }
        };
        (methods, handle)
    }

    fn handle_change(&self, context_ty: &TokenStream) -> Option<TokenStream> {
        let krate = &self.handler.args.krate;
        let [context, event] = ["context", "event"].map(local);
        let lifecycle = self.lifecycle_arms();
        if lifecycle.is_empty() {
            return None;
        }
        Some(quote! {
            fn handle_change(
                &mut self,
                #context: &mut #context_ty,
                #event: &#krate::Event,
            ) -> ::core::result::Result<::core::primitive::bool, #krate::__private::Failure> {
                match #event.kind() {
                    #lifecycle
                    _ => ::core::result::Result::Ok(false),
                }
            }
        })
    }

    fn lifecycle_arms(&self) -> TokenStream {
        let krate = &self.handler.args.krate;
        let arms = self.handler.wired.iter().filter_map(|wired| {
            let (kind, argument) = match wired.role {
                Role::Connected => ("Connected", None),
                Role::Disconnected => ("Disconnected", Some(local("reason"))),
                Role::Error => ("Error", Some(local("error"))),
                Role::Variant { .. } | Role::Action { .. } | Role::Observer => return None,
            };
            let kind = Ident::new(kind, Span::call_site());
            let cfgs = wired.method.cfgs();
            let passed = wired.params.iter().filter_map(|param| {
                let argument = argument.as_ref()?;
                Some(respanned(argument, &param.pattern))
            });
            let call = self.call(&itself(), wired, passed);
            let pattern = match (&argument, &*wired.params) {
                (None, _) => quote!(),
                (Some(_), []) => quote!((_)),
                (Some(argument), _) => quote!((#argument)),
            };
            Some(quote! {
                #(#cfgs)*
                #krate::EventKind::#kind #pattern => {
                    #call
                    ::core::result::Result::Ok(true)
                }
            })
        });
        arms.collect()
    }

    /// Output: one closure a method, as [`Link::call`] and [`loose::call`] show.
    fn methods(&self) -> Vec<TokenStream> {
        let [handler, context, event] = ["handler", "context", "event"].map(local);
        let entries = self.handler.arms().enumerate().map(|(place, (wired, _))| {
            let call = match &self.link {
                Some(link) => link.call(wired, place, self),
                None => loose::call(wired, self),
            };
            let method = quote!(|#handler, #context, #event| { #call });
            match predicate(wired.method) {
                // Methods keep their places whatever is configured.
                Some(cfg) => quote! {
                    #[cfg(#cfg)]
                    #method,
                    #[cfg(not(#cfg))]
                    |_, _, _| ::core::result::Result::Ok(())
                },
                None => method,
            }
        });
        entries.collect()
    }

    /// The method that sees every event.
    fn observe(&self, context_ty: &TokenStream) -> Option<TokenStream> {
        let krate = &self.handler.args.krate;
        let is_observer = |wired: &&Wired<'_>| matches!(wired.role, Role::Observer);
        let mut observers = self.handler.wired.iter().filter(is_observer).peekable();
        observers.peek()?;
        let [context, event] = ["context", "event"].map(local);
        let calls = observers.map(|wired| {
            let cfgs = wired.method.cfgs();
            let passed = wired
                .params
                .iter()
                .map(|param| respanned(&event, &param.pattern));
            let call = self.call(&itself(), wired, passed);
            quote!(#(#cfgs)* { #call })
        });
        Some(quote! {
            fn observe(
                &mut self,
                #context: &mut #context_ty,
                #event: &#krate::Event,
            ) -> ::core::result::Result<(), #krate::__private::Failure> {
                #(#calls)*
                ::core::result::Result::Ok(())
            }
        })
    }

    /// `handler.network_chat(context, payload.text);`, with its `Err` passed on if
    /// it can return one.
    fn call(
        &self,
        receiver: &Ident,
        wired: &Wired<'_>,
        arguments: impl Iterator<Item = impl ToTokens>,
    ) -> TokenStream {
        let krate = &self.handler.args.krate;
        let method = &wired.method.sig.ident;
        let [context, event, outcome] = ["context", "event", "outcome"].map(local);
        let context = wired.context.map(|_| quote!(#context,));
        let call = quote!(#receiver.#method(#context #(#arguments),*));
        let Some(output) = wired.output else {
            return quote!(#call;);
        };
        // At the return type, which is what is wrong where this does not compile.
        let returned = respanned(&outcome, output);
        quote! {
            let #outcome = #call;
            #krate::__private::Outcome::outcome(#returned, #event)?;
        }
    }
}

/// The generics of the block and a parameter for whatever context there is.
fn with_any_context(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    let context = format_ident!("__C");
    generics.params.push(syn::parse_quote!(#context));
    generics
}

/// The condition under which a method is there; `None` if it always is.
fn predicate(method: &Method) -> Option<TokenStream> {
    let condition = |attr: &Attribute| match &attr.meta {
        Meta::List(list) => Some(list.tokens.clone()),
        _ => None,
    };
    let conditions: Vec<_> = method.cfgs().filter_map(condition).collect();
    (!conditions.is_empty()).then(|| quote!(all(#(#conditions),*)))
}

/// `self`, in a function of the generated code.
fn itself() -> Ident {
    Ident::new("self", Span::call_site())
}

/// A local variable of the generated code, which no name of the user's can meet.
fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// The same variable, but an error about it points at `tokens`.
fn respanned(local: &Ident, tokens: &impl Spanned) -> Ident {
    let mut local = local.clone();
    local.set_span(Span::mixed_site().located_at(tokens.span()));
    local
}
