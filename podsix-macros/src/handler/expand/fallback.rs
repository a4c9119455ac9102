//! What is generated after an error.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::ast::Handler;
use super::super::block::Block;
use super::with_any_context;

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
            ) -> ::core::result::Result<(), #krate::__private::Failure> {
                ::core::result::Result::Ok(())
            }
        }
    }
}
