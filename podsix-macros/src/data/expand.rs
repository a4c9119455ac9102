//! The code that `#[derive(Data)]` generates.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{
    Attribute, Data, DeriveInput, Field, Fields, GenericParam, Generics, Meta, Path, Visibility,
    parse_quote,
};

use super::fields::Checks;
use super::metas;
use crate::case::plain;
use crate::errors::Errors;
use crate::spelling::{self, mentions};

/// serde's derives can't be added to a type from outside, so they go on a
/// hidden copy, as serde offers for types of other crates.
///
/// Input:
/// ```text
/// struct Card { suit: Suit, #[serde(default)] rank: u8 }
/// ```
///
/// Output:
/// ```text
/// const _: () = {
///     const __FINE: bool = <Suit as Inner<Suit>>::IS_DATA;
///
///     #[derive(Serialize, Deserialize)]
///     #[serde(crate = "::podsix::__private::serde", remote = "Card", rename = "Card")]
///     #[serde(bound(serialize = "for<'a> Suit: Sent<'a>", deserialize = "Suit: Deserialize<'de>"))]
///     struct __Card { suit: Suit, #[serde(default)] rank: u8 }
///
///     impl Serialize for Card { /* by Checked::<__Card, __FINE>::serialize */ }
///     impl<'de> Deserialize<'de> for Card { /* by Checked::<__Card, __FINE>::deserialize */ }
/// };
/// ```
///
/// The constant and the bounds are there for the one error of a `Suit` that is
/// not serde's: the constant has it, in our words; with the bounds, serde's code
/// compiles all the same; and without the constant's value there is nothing
/// that the bounds could be missed for.
pub(crate) fn data(input: &DeriveInput, krate: &Path) -> TokenStream {
    let serde = quote!(#krate::__private::serde);
    let ident = &input.ident;
    let (params, arguments, _) = input.generics.split_for_impl();
    let copy = format_ident!("__{}", plain(ident), span = Span::call_site());
    let checks = Checks::of(input, krate);
    let [writing, reading] = clauses(input, &serde);
    let definition = copy_of(input, &copy, &serde, &checks.bounds(&writing, &reading));
    let fine = checks.constant();
    let copy = match fine {
        Some(_) => quote!(#krate::__private::Checked::<#copy #arguments, __FINE>),
        None => {
            let arguments = arguments.as_turbofish();
            quote!(#copy #arguments)
        }
    };

    let lifetimes = input.generics.lifetimes().map(|param| &param.lifetime);
    let de: GenericParam = parse_quote!('de: #(#lifetimes)+*);
    let (_, _, write_clause) = writing.split_for_impl();
    let mut with_de = reading.clone();
    with_de.params.insert(0, de);
    let (de_params, _, read_clause) = with_de.split_for_impl();
    quote! {
        const _: () = {
            #fine
            #definition
            #[automatically_derived]
            impl #params #serde::Serialize for #ident #arguments #write_clause {
                fn serialize<__S: #serde::Serializer>(
                    &self,
                    serializer: __S,
                ) -> ::core::result::Result<__S::Ok, __S::Error> {
                    #copy::serialize(self, serializer)
                }
            }
            #[automatically_derived]
            impl #de_params #serde::Deserialize<'de> for #ident #arguments #read_clause {
                fn deserialize<__D: #serde::Deserializer<'de>>(
                    deserializer: __D,
                ) -> ::core::result::Result<Self, __D::Error> {
                    #copy::deserialize(deserializer)
                }
            }
        };
    }
}

/// The generics with the bounds that fields need to be written, and read, by a
/// lifetime `'de`, which serde doesn't let a type have.
fn clauses(input: &DeriveInput, serde: &TokenStream) -> [Generics; 2] {
    let mut writing = input.generics.clone();
    let mut reading = input.generics.clone();
    for param in input.generics.type_params() {
        let ident = &param.ident;
        let write = parse_quote!(#ident: #serde::Serialize);
        writing.make_where_clause().predicates.push(write);
        let read = parse_quote!(#ident: #serde::Deserialize<'de>);
        reading.make_where_clause().predicates.push(read);
        if needs_default(&input.data, ident) {
            let default = parse_quote!(#ident: ::core::default::Default);
            reading.make_where_clause().predicates.push(default);
        }
    }
    [writing, reading]
}

/// Whether a field of a type with this parameter is filled with its default
/// where it is missing: then serde wants the parameter to have one.
fn needs_default(data: &Data, param: &Ident) -> bool {
    let fields: Vec<&Field> = match data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(data) => data
            .variants
            .iter()
            .flat_map(|variant| &variant.fields)
            .collect(),
        Data::Union(_) => Vec::new(),
    };
    fields.into_iter().any(|field| {
        let settings = metas(&field.attrs, "serde", &mut Errors::new());
        let defaults = settings.iter().any(|setting| match setting {
            Meta::Path(key) => ["default", "skip", "skip_deserializing"]
                .iter()
                .any(|name| key.is_ident(name)),
            _ => false,
        });
        let name = param.to_string();
        defaults && mentions(field.ty.to_token_stream(), &[name])
    })
}

/// The type under another name, with serde's derives and nothing but the
/// attributes for them.
fn copy_of(
    input: &DeriveInput,
    copy: &Ident,
    serde: &TokenStream,
    bounds: &Option<TokenStream>,
) -> TokenStream {
    let mut input = input.clone();
    // The original by its path, without arguments: serde adds them.
    let remote = input.ident.to_string();
    let path = spelling::of(serde);
    // The name that errors and some formats show.
    let name = plain(&input.ident);
    let renamed = metas(&input.attrs, "serde", &mut Errors::new())
        .iter()
        .any(|meta| meta.path().is_ident("rename"));
    let rename = (!renamed).then(|| quote!(, rename = #name));
    keep_serde(&mut input.attrs);
    match &mut input.data {
        Data::Struct(data) => keep_serde_of_fields(&mut data.fields),
        Data::Enum(data) => {
            for variant in &mut data.variants {
                keep_serde(&mut variant.attrs);
                keep_serde_of_fields(&mut variant.fields);
                variant.discriminant = None;
            }
        }
        Data::Union(_) => {}
    }
    input.ident = copy.clone();
    input.vis = Visibility::Inherited;
    let definition = input.to_token_stream();
    quote! {
        #[derive(#serde::Serialize, #serde::Deserialize)]
        #[serde(crate = #path, remote = #remote #rename)]
        #bounds
        #[allow(dead_code)]
        #definition
    }
}

fn keep_serde(attrs: &mut Vec<Attribute>) {
    attrs.retain(|attr| attr.path().is_ident("serde"));
}

fn keep_serde_of_fields(fields: &mut Fields) {
    for field in fields {
        field.vis = Visibility::Inherited;
        keep_serde(&mut field.attrs);
    }
}
