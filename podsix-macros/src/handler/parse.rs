//! From the methods of a block to what they are called for.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{FnArg, Meta, Pat, ReturnType, Type};

use super::args::{self, Args};
use super::ast::{Handler, Param, Role, Wired};
use super::block::{Block, Method, name_of};
use crate::case::{self, Case, plain};
use crate::errors::Errors;

pub(crate) fn handler<'a>(args: Args, block: &'a Block, errors: &mut Errors) -> Handler<'a> {
    let methods = block.methods().filter(|method| method.may_be_wired());
    let wired = methods.filter_map(|method| wired(method, errors)).collect();
    Handler { args, wired }
}

fn wired<'a>(method: &'a Method, errors: &mut Errors) -> Option<Wired<'a>> {
    let role = role(method, errors)?;
    let mut params = method.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(param) => Some(self::param(&param.pat, &param.ty)),
        FnArg::Receiver(_) => None,
    });
    let mut wired = Wired {
        method,
        role,
        context: None,
        params: Vec::new(),
        output: match &method.sig.output {
            ReturnType::Type(_, ty) if !is_unit(ty) => Some(ty),
            ReturnType::Type(..) | ReturnType::Default => None,
        },
    };
    if let Some(first) = params.next() {
        match behind_mut(first.ty) {
            Some(context) => wired.context = Some(context),
            None => wired.params.push(first),
        }
    }
    wired.params.extend(params);
    Some(wired)
}

/// What the name or the attribute of a method says it is for.
fn role(method: &Method, errors: &mut Errors) -> Option<Role> {
    let ident = &method.sig.ident;
    let mut attrs = method.action_attrs();
    if let Some(attr) = attrs.next() {
        if let Some(second) = attrs.next() {
            errors.at(
                second,
                "a method handles one action: write a second method for this one, which may call \
                 the first",
            );
        }
        let tokens = match &attr.meta {
            Meta::List(list) => list.tokens.clone(),
            _ => attr.meta.to_token_stream(),
        };
        let (Meta::List(_), Ok(variant)) = (&attr.meta, args::variant(tokens.clone())) else {
            let guilty = if tokens.is_empty() {
                attr.to_token_stream()
            } else {
                tokens
            };
            errors.at(
                guilty,
                "name the one variant that this method handles, without the enum: write for \
                 example `#[action(Quit)]`",
            );
            return None;
        };
        let action = Case::Snake.apply(&plain(&variant));
        let marker = Ident::new(&format!("network_{action}"), variant.span());
        return Some(Role::Action { action, marker });
    }
    let name = name_of(ident);
    let action = name
        .strip_prefix("network")
        .or_else(|| name.strip_prefix("Network"))?;
    Some(match action {
        "" => Role::Observer,
        "_connected" => Role::Connected,
        "_disconnected" => Role::Disconnected,
        "_error" => Role::Error,
        "_" => {
            errors.at(
                ident,
                "the action is missing: name the method `network_<action>`, after a variant in \
                 snake_case",
            );
            return None;
        }
        action => Role::Action {
            action: action.strip_prefix('_').unwrap_or(action).to_owned(),
            marker: Ident::new(&format!("network{action}"), ident.span()),
        },
    })
}

fn param<'a>(pattern: &'a Pat, ty: &'a Type) -> Param<'a> {
    let field = match pattern {
        Pat::Ident(ident) if ident.by_ref.is_none() && ident.subpat.is_none() => {
            Some(field_of(&ident.ident))
        }
        _ => None,
    };
    let borrowed = matches!(bare(ty), Type::Reference(ty) if ty.mutability.is_none());
    Param {
        pattern,
        ty,
        borrowed,
        field,
    }
}

/// The field that a parameter of this name asks for: one leading underscore is
/// what the compiler advises for a parameter that is not used.
fn field_of(param: &Ident) -> Ident {
    let name = plain(param);
    let stripped = name.strip_prefix('_');
    let field = stripped.and_then(|name| case::ident(name, param.span()));
    field.unwrap_or_else(|| param.clone())
}

/// `T` of `&mut T`.
fn behind_mut(ty: &Type) -> Option<&Type> {
    match bare(ty) {
        Type::Reference(ty) if ty.mutability.is_some() => Some(&ty.elem),
        _ => None,
    }
}

/// The type without parentheses, and without the invisible ones that
/// `macro_rules` puts around a `$type`.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Paren(paren) => bare(&paren.elem),
        Type::Group(group) => bare(&group.elem),
        ty => ty,
    }
}

fn is_unit(ty: &Type) -> bool {
    matches!(bare(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}
