//! The code that `#[network_handler]` generates.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Generics, Meta, Type};

use super::args::Mode;
use super::ast::{Handler, Role, Wired};
use super::block::{Block, Method};
use crate::spelling::{self, mentions};

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
///     const __ARMS: &[&str] = &["message"];
///     static __BINDINGS: Bindings = Bindings { table: Some(table_of::<ToServer>()), arms: __ARMS };
///     const _: () = all_handled(table_of::<ToServer>(), __ARMS, "Chat", "ToServer");
///
///     impl Chat {
///         /// The actions that this handler has methods for, ..
///         pub const ACTIONS: &'static [&'static str] = ..;
///     }
///     impl NetworkHandler<Channel<Player>> for Chat { .. }
/// };
/// ```
pub(crate) fn handler(handler: &Handler<'_>, block: &Block) -> TokenStream {
    let Mode::Linked { linked, partial } = &handler.args.mode else {
        return fallback(handler, block);
    };
    let expander = Expander {
        handler,
        block,
        linked,
        partial: *partial,
    };
    let arms = expander.arms();
    // It has to be an item: `cargo check` leaves constants in functions alone.
    let check = expander.check().filter(|_| !expander.is_generic());
    let check = check.map(|check| quote!(const _: () = #check;));
    let bindings = expander.bindings_static();
    let actions = expander.impl_actions();
    let handler = expander.impl_handler();
    quote! {
        // The enum may have lifetimes that nobody needs to write.
        #[allow(elided_lifetimes_in_paths)]
        const _: () = {
            #arms
            #bindings
            #check
            #actions
            #handler
        };
    }
}

/// What keeps one mistake from becoming thirty: the trait and the constant,
/// with nothing in them.
pub(crate) fn fallback(handler: &Handler<'_>, block: &Block) -> TokenStream {
    if block.head.trait_.is_some() {
        return quote!();
    }
    let krate = &handler.args.krate;
    let ty = &block.head.self_ty;
    let (params, _, clause) = block.head.generics.split_for_impl();
    let any = with_any_context(&block.head.generics);
    let (any_params, _, _) = any.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #params #ty #clause {
            #[doc(hidden)]
            pub const ACTIONS: &'static [&'static ::core::primitive::str] = &[];
        }
        #[automatically_derived]
        impl #any_params #krate::NetworkHandler<__C> for #ty #clause {
            fn bindings(&self) -> &'static #krate::__private::Bindings {
                &#krate::__private::Bindings {
                    table: ::core::option::Option::None,
                    arms: &[],
                }
            }
            fn handle(
                &mut self,
                _: &mut __C,
                _: &#krate::Event,
            ) -> ::core::result::Result<::core::primitive::bool, #krate::Error> {
                ::core::result::Result::Ok(false)
            }
        }
    }
}

struct Expander<'a> {
    handler: &'a Handler<'a>,
    block: &'a Block,
    linked: &'a Type,
    partial: bool,
}

impl Expander<'_> {
    /// The enum's table; that there is one, and that the enum can be read, is
    /// what an error at the enum's name says.
    fn table(&self) -> TokenStream {
        let (krate, linked) = (&self.handler.args.krate, self.linked);
        quote!(#krate::__private::table_of::<#linked>())
    }

    /// Whether an item that can't be generic can't name the enum.
    fn is_generic(&self) -> bool {
        let params: Vec<String> = self
            .block
            .head
            .generics
            .params
            .iter()
            .map(|param| match param {
                syn::GenericParam::Lifetime(param) => param.lifetime.ident.to_string(),
                syn::GenericParam::Type(param) => param.ident.to_string(),
                syn::GenericParam::Const(param) => param.ident.to_string(),
            })
            .collect();
        mentions(self.linked.to_token_stream(), &params)
    }

    fn arms(&self) -> TokenStream {
        let arms = self.handler.arms().map(|(wired, action, _)| {
            match predicate(wired.method) {
                // Arms keep their numbers whatever is configured.
                Some(cfg) => quote!(if ::core::cfg!(#cfg) { #action } else { "" }),
                None => quote!(#action),
            }
        });
        quote!(const __ARMS: &[&::core::primitive::str] = &[#(#arms),*];)
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
        let (krate, table) = (&self.handler.args.krate, self.table());
        quote! {
            #krate::__private::Bindings {
                table: ::core::option::Option::Some(#table),
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

    /// The report of actions that no method handles.
    fn check(&self) -> Option<TokenStream> {
        if self.partial {
            return None;
        }
        let (krate, table, linked) = (&self.handler.args.krate, self.table(), self.linked);
        let handler = spelling::of(&self.block.head.self_ty);
        let spelled = spelling::of(linked);
        // The error covers the function's name, so that has to be at the enum.
        let check = respan(quote!(#krate::__private::all_handled), linked.span());
        Some(quote_spanned!(linked.span()=> #check(#table, __ARMS, #handler, #spelled)))
    }

    fn impl_actions(&self) -> TokenStream {
        let (krate, table) = (&self.handler.args.krate, self.table());
        let ty = &self.block.head.self_ty;
        let (params, _, clause) = self.block.head.generics.split_for_impl();
        let count = Literal::usize_unsuffixed(self.handler.arms().count());
        quote! {
            #[automatically_derived]
            impl #params #ty #clause {
                /// The actions that this handler has methods for, by the names that cross the wire.
                pub const ACTIONS: &'static [&'static ::core::primitive::str] =
                    #krate::__private::filled(
                        &const { #krate::__private::wire_names::<#count>(#table, __ARMS) },
                    );
            }
        }
    }

    /// Output:
    /// ```text
    /// impl NetworkHandler<Channel<Player>> for Chat {
    ///     fn bindings(&self) -> &'static Bindings {
    ///         &__BINDINGS
    ///     }
    ///     fn handle(&mut self, context: &mut Channel<Player>, event: &Event) -> Result<bool, Error> {
    ///         match event.kind() {
    ///             EventKind::Connected => { self.network_connected(); Ok(true) }
    ///             EventKind::Message => match event.arm(&__BINDINGS)? {
    ///                 Some(0) => { .. }
    ///                 _ => Ok(false),
    ///             },
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
        // Where the enum depends on the block's parameters, it is known only
        // when the function is compiled for certain ones.
        let check = self.check().filter(|_| self.is_generic());
        let check = check.map(|check| quote!(const { #check };));
        let [context, event] = ["context", "event"].map(local);
        let lifecycle = self.lifecycle_arms();
        let messages = self.message_arms();
        let observe = self.observe(&context_ty);
        quote! {
            #[automatically_derived]
            impl #params #krate::NetworkHandler<#context_ty> for #ty #clause {
                fn bindings(&self) -> &'static #krate::__private::Bindings {
                    #check
                    #bindings
                }
                fn handle(
                    &mut self,
                    #context: &mut #context_ty,
                    #event: &#krate::Event,
                ) -> ::core::result::Result<::core::primitive::bool, #krate::Error> {
                    match #event.kind() {
                        #lifecycle
                        #messages
                        _ => ::core::result::Result::Ok(false),
                    }
                }
                #observe
            }
        }
    }

    fn lifecycle_arms(&self) -> TokenStream {
        let krate = &self.handler.args.krate;
        let arms = self.handler.wired.iter().filter_map(|wired| {
            let (kind, argument) = match wired.role {
                Role::Connected => ("Connected", None),
                Role::Disconnected => ("Disconnected", Some(local("reason"))),
                Role::Error => ("Error", Some(local("error"))),
                Role::Action { .. } | Role::Observer => return None,
            };
            let kind = Ident::new(kind, Span::call_site());
            let cfgs = wired.method.cfgs();
            let passed = wired.params.iter().filter_map(|param| {
                let argument = argument.as_ref()?;
                Some(respanned(argument, &param.pattern))
            });
            let call = self.call(wired, passed);
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

    /// Input:
    /// ```text
    /// fn network_message(&mut self, channel: &mut Channel<Player>, message: &str) { .. }
    /// ```
    ///
    /// Output:
    /// ```text
    /// Some(0) => {
    ///     let mut source = event.source();
    ///     let payload = <ToServer>::network_message(&mut source)?;
    ///     source.finish()?;
    ///     self.network_message(context, &payload.message);
    ///     Ok(true)
    /// }
    /// ```
    ///
    /// The name of the function and the names of the fields are the user's own
    /// tokens, so that the compiler's help for a misspelt one mends those.
    fn message_arms(&self) -> TokenStream {
        let (krate, linked) = (&self.handler.args.krate, self.linked);
        let [event, source, payload] = ["event", "source", "payload"].map(local);
        let arms = self
            .handler
            .arms()
            .enumerate()
            .map(|(index, (wired, _, marker))| {
                let index = Literal::usize_unsuffixed(index);
                let cfgs = wired.method.cfgs();
                let fields = wired.params.iter().filter_map(|param| {
                    let field = param.field.as_ref()?;
                    // All of it at the parameter, where a wrong type is to be mended.
                    let payload = respanned(&payload, field);
                    let borrow = param.borrowed.then(|| quote_spanned!(field.span()=> &));
                    Some(quote_spanned!(field.span()=> #borrow #payload.#field))
                });
                let call = self.call(wired, fields);
                quote! {
                    #(#cfgs)*
                    ::core::option::Option::Some(#index) => {
                        let mut #source = #event.source();
                        let #payload = <#linked>::#marker(&mut #source)?;
                        #source.finish()?;
                        #call
                        ::core::result::Result::Ok(true)
                    }
                }
            });
        let arms: TokenStream = arms.collect();
        if arms.is_empty() {
            return quote!();
        }
        let bindings = self.bindings();
        quote! {
            #krate::EventKind::Message => match #event.arm(#bindings)? {
                #arms
                _ => ::core::result::Result::Ok(false),
            },
        }
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
            let call = self.call(wired, passed);
            quote!(#(#cfgs)* { #call })
        });
        Some(quote! {
            fn observe(
                &mut self,
                #context: &mut #context_ty,
                #event: &#krate::Event,
            ) -> ::core::result::Result<(), #krate::Error> {
                #(#calls)*
                ::core::result::Result::Ok(())
            }
        })
    }

    /// `self.network_chat(context, payload.text);`, with its `Err` passed on if
    /// it can return one.
    fn call(
        &self,
        wired: &Wired<'_>,
        arguments: impl Iterator<Item = impl ToTokens>,
    ) -> TokenStream {
        let krate = &self.handler.args.krate;
        let method = &wired.method.sig.ident;
        let [context, event, outcome] = ["context", "event", "outcome"].map(local);
        let context = wired.context.map(|_| quote!(#context,));
        let call = quote!(self.#method(#context #(#arguments),*));
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

/// The tokens with their own meaning, but at another place.
fn respan(tokens: TokenStream, place: Span) -> TokenStream {
    let respan = |mut token: TokenTree| {
        token.set_span(token.span().located_at(place));
        token
    };
    tokens.into_iter().map(respan).collect()
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
