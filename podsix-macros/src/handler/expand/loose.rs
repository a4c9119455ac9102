//! What is generated without an enum.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use super::super::ast::{Handler, Wired};
use super::super::block::Method;
use super::{Expander, local, respanned};
use crate::lifetimes;
use crate::types::{Suspect, bare, is_str, suspect};

/// The actions, those that are configured away left out.
pub(super) fn actions(handler: &Handler<'_>) -> TokenStream {
    let actions = handler.arms().map(|(wired, action)| {
        let cfgs = wired.method.cfgs();
        quote!(#(#cfgs)* #action)
    });
    quote!(&[#(#actions),*])
}

/// Input:
/// ```text
/// fn network_hello(&mut self, channel: &mut Channel<Player>, hello: Hello) { .. }
/// fn network_message(&mut self, text: &str) { .. }
/// ```
///
/// Output:
/// ```text
/// let payload = <Hello as Payload<Hello>>::read(event)?;
/// handler.network_hello(context, payload);
/// Ok(())
///
/// let payload = <String as Payload<String>>::read(event)?;
/// handler.network_message(&payload);
/// Ok(())
/// ```
pub(super) fn call(wired: &Wired<'_>, expander: &Expander<'_>) -> TokenStream {
    let krate = &expander.handler.args.krate;
    let [handler, event, payload] = ["handler", "event", "payload"].map(local);
    let Some(param) = wired.params.first() else {
        let call = expander.call(&handler, wired, std::iter::empty::<TokenStream>());
        return quote!(#call ::core::result::Result::Ok(()));
    };
    let span = param.ty.span();
    let made = made(param.ty, wired.method);
    let suspect = match suspect(lent(param.ty), false) {
        Suspect::Type(suspect) => without_lifetimes(suspect, wired.method),
        Suspect::Nobody | Suspect::Inside => made.clone(),
    };
    // All of it at the type, which is what is wrong where this does not compile.
    let [event, passed] = [&event, &payload].map(|local| respanned(local, &param.ty));
    let read = quote_spanned! {span=>
        let #payload = <#made as #krate::__private::Payload<#suspect>>::read(#event)?;
    };
    let borrow = param.borrowed.then(|| quote_spanned!(span=> &));
    let call = expander.call(
        &handler,
        wired,
        std::iter::once(quote_spanned!(span=> #borrow #passed)),
    );
    quote!(#read #call ::core::result::Result::Ok(()))
}

/// `T` of `&T`, or `T`.
fn lent(ty: &Type) -> &Type {
    match bare(ty) {
        Type::Reference(reference) => bare(&reference.elem),
        ty => ty,
    }
}

/// The type that a message is read as, for a parameter of type `ty`.
fn made(ty: &Type, method: &Method) -> TokenStream {
    match lent(ty) {
        ty if is_str(ty) => quote_spanned!(ty.span()=> ::std::string::String),
        Type::Slice(slice) => {
            let elem = without_lifetimes(&slice.elem, method);
            quote_spanned!(slice.span()=> ::std::vec::Vec<#elem>)
        }
        ty => without_lifetimes(ty, method),
    }
}

/// The method's own lifetimes are not known outside of it.
fn without_lifetimes(ty: &Type, method: &Method) -> TokenStream {
    lifetimes::renamed(ty.to_token_stream(), &|lifetime| {
        let mut own = method.sig.generics.lifetimes();
        own.any(|param| param.lifetime.ident == *lifetime)
            .then_some("_")
    })
}
